import type { Database } from '../platform/db/index.ts';
import {
  accountBook,
  accountStore,
  type ContractsOf,
  mappingList,
  mappingStore,
  mappings as openMappings,
} from './mappings/index.ts';
import type { Memberships } from './memberships/index.ts';
import { type Integrations, PsaError } from './psa/index.ts';
import type { Sources } from './sources/index.ts';

/** The parts of mapping, wired: the kept list of accounts tells the mappings what the PSA renamed and deactivated. */
export const mappingWork = ({
  db,
  schema,
  sources,
  integrations,
  memberships,
  onChange,
  clock,
}: {
  db: Database;
  schema: string;
  sources: Sources;
  integrations: Integrations;
  memberships: Memberships;
  onChange(): void;
  clock: () => Date;
}) => {
  const contractsOf: ContractsOf = async (integrationId, accountId) =>
    (await (await integrations.connect(integrationId)).connector.billing?.contracts(accountId)) ?? null;
  const book = accountBook({
    store: accountStore(db.forSchema(schema)),
    integrations,
    clock,
    onNews: async (integrationId, news) => {
      if (await mappings.notice(integrationId, news)) onChange();
    },
  });
  const shared = { store: mappingStore(db.forSchema(schema)), book, sources, integrations, memberships, clock };
  const mappings = openMappings({ ...shared, contractsOf });
  return {
    book,
    mappings,
    list: mappingList(shared),
    contractsOf,

    /** Asks every PSA that may be asked now which accounts changed. One that fails is shown and holds up no other. */
    async readAccounts(): Promise<void> {
      for (const connection of await integrations.ready()) {
        try {
          await book.refresh(connection);
        } catch (error) {
          if (!(error instanceof PsaError)) throw error;
          await integrations.reportFailure(connection.integrationId, error);
        }
      }
    },
  };
};
