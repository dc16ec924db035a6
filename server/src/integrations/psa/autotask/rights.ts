import { z } from 'zod';
import type { TestStep } from '../connector.ts';
import { PsaAnswerUnreadable, PsaError, PsaRefused, PsaRightMissing } from '../errors.ts';
import type { AutotaskClient } from './client.ts';

const Information = z.object({
  info: z.object({
    userAccessForCreate: z.number().nullish(),
    userAccessForQuery: z.number().nullish(),
    userAccessForUpdate: z.number().nullish(),
  }),
});
const access = {
  read: 'userAccessForQuery',
  create: 'userAccessForCreate',
  edit: 'userAccessForUpdate',
} as const;
type Right = keyof typeof access;

/**
 * Every right that the product uses, by what it is for. Autotask says 0 none, 1 all, 2 restricted: restricted may well
 * be enough, and only the call itself can tell.
 */
const needed: { purpose: string; entities: Record<string, Right[]> }[] = [
  {
    purpose: 'tickets',
    entities: {
      Tickets: ['read', 'create', 'edit'],
      TicketNotes: ['read', 'create'],
      BillingCodes: ['read'],
    },
  },
  {
    purpose: 'accounts and their fields',
    entities: {
      Companies: ['read', 'edit'],
      UserDefinedFieldDefinitions: ['read', 'create', 'edit'],
    },
  },
  {
    purpose: 'billing',
    entities: {
      Contracts: ['read'],
      ContractServices: ['read'],
      ContractServiceUnits: ['read'],
      ContractServiceAdjustments: ['create'],
      Services: ['read'],
    },
  },
  {
    purpose: 'reports',
    entities: {
      ConfigurationItems: ['read', 'create', 'edit'],
      ConfigurationItemTypes: ['read', 'create', 'edit'],
      ConfigurationItemCategories: ['read', 'create', 'edit'],
      ConfigurationItemCategoryUdfAssociations: ['read', 'create'],
      Products: ['read'],
    },
  },
];

/** What is missing of an entity, as `Tickets (create, edit)`; null when nothing is. */
const lacking = async (client: AutotaskClient, entity: string, rights: Right[]): Promise<string | null> => {
  let told: unknown;
  try {
    told = await client.read(entity, `${entity}/entityInformation`);
  } catch (error) {
    // A security level that hides a module hides its entities too.
    const isHidden =
      error instanceof PsaRightMissing || (error instanceof PsaRefused && error.answer?.startsWith('404'));
    if (!isHidden) throw error;
    return `${entity} (not there for this user)`;
  }
  const read = Information.safeParse(told);
  if (!read.success) throw new PsaAnswerUnreadable(`Autotask describes ${entity} in an unknown shape`);
  const missing = rights.filter((right) => read.data.info[access[right]] === 0);
  return missing.length === 0 ? null : `${entity} (${missing.join(', ')})`;
};

/** Address, login, rights: in this order, and no further than the first that fails; all rights are looked at. */
export const testAutotask = async (client: AutotaskClient): Promise<TestStep[]> => {
  const steps: TestStep[] = [];
  const attempt = async (step: string, work: () => Promise<string>): Promise<boolean> => {
    try {
      steps.push({ step, ok: true, message: await work() });
      return true;
    } catch (error) {
      if (!(error instanceof PsaError)) throw error;
      steps.push({ step, ok: false, message: error.message });
      return false;
    }
  };

  const reached = await attempt(
    'Address',
    async () => `Autotask answers at ${new URL((await client.base()).api).host}`,
  );
  if (!reached) return steps;
  const signedIn = await attempt('Login', async () => {
    await client.readThreshold();
    return 'User name, secret and tracking identifier are accepted';
  });
  if (!signedIn) return steps;

  for (const { purpose, entities } of needed) {
    await attempt(`Rights for ${purpose}`, async () => {
      // Each entity has a limit of its own, so these need not wait for each other.
      const missing = (
        await Promise.all(Object.entries(entities).map(([entity, rights]) => lacking(client, entity, rights)))
      ).filter((each) => each !== null);
      if (missing.length > 0) {
        throw new PsaRefused(`The API user's security level lacks rights. Missing: ${missing.join('; ')}`);
      }
      return `The API user may do all that is needed for ${purpose}`;
    });
  }
  return steps;
};
