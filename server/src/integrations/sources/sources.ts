import type { Source as SourceView } from '@gatehouse/contract';
import { AppError, Conflict, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { administrationServer } from './administration-server/index.ts';
import type { Source } from './source.ts';
import type { SourceRow, SourceStore, SourceTenantRow } from './store.ts';

/** Where and as whom a source is read. */
export interface SourceAccess {
  url: string;
  user: string;
  password: string;
  certificateFingerprint: string;
}

/** A source that can be read now. */
export interface ReadableSource {
  sourceId: string;
  name: string;
  source: Source;
}

const context = (sourceId: string): string => `source:${sourceId}:password`;

/** Only hex digits, upper case, with colons: one form for showing and comparing. */
const shownFingerprint = (text: string): string =>
  text.replaceAll(':', '').toUpperCase().match(/../g)?.join(':') ?? text;

/** The Administration Servers that are read, and what is known of their tenants. */
export const sources = ({ store, secrets, clock }: { store: SourceStore; secrets: Secrets; clock: () => Date }) => {
  const readable = (row: SourceRow, signal: AbortSignal): ReadableSource => ({
    sourceId: row.id,
    name: row.name,
    source: administrationServer(
      {
        url: row.url,
        user: row.user_name,
        password: secrets.open(row.password_sealed, context(row.id)),
        certificateFingerprint: row.certificate_fingerprint,
      },
      signal,
    ),
  });

  const shown = (row: SourceRow, tenants: SourceTenantRow[]): SourceView => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    url: row.url,
    user: row.user_name,
    certificateFingerprint: row.certificate_fingerprint,
    enabled: row.enabled,
    lastReadAt: row.last_read_at?.toISOString() ?? null,
    problem: row.problem,
    tenants: tenants.filter((tenant) => tenant.source_id === row.id && tenant.present).length,
  });

  const save = async (name: string, access: SourceAccess, isLocal: boolean): Promise<string> => {
    const now = clock();
    const id = newId(now);
    await store.add({
      id,
      kind: 'administration-server',
      name,
      url: access.url,
      user_name: access.user,
      password_sealed: secrets.seal(access.password, context(id)),
      certificate_fingerprint: shownFingerprint(access.certificateFingerprint),
      is_local: isLocal,
      enabled: true,
      last_read_at: null,
      problem: null,
      created_at: now,
    });
    return id;
  };

  return {
    async list(): Promise<SourceView[]> {
      const [rows, tenants] = [await store.list(), await store.listTenants()];
      return rows.map((row) => shown(row, tenants));
    },

    /** Logs in before saving. @throws InvalidInput, Conflict */
    async add({ name, ...access }: SourceAccess & { name: string }): Promise<SourceView> {
      if ((await store.list()).some((row) => row.url === access.url && row.user_name === access.user)) {
        throw new Conflict('source.exists', `${access.url} is read already, as this user`);
      }
      try {
        const tenants = await administrationServer(access).tenants();
        const id = await save(name, access, false);
        await store.rememberTenants(id, tenants);
        const row = (await store.find(id)) as SourceRow;
        return shown(row, await store.listTenants(id));
      } catch (error) {
        if (!(error instanceof AppError) || error.httpStatus !== 502) throw error;
        throw new InvalidInput(error.message, [{ where: 'body', what: error.message }], 'source.not-working');
      }
    },

    /** The Administration Server of this very installation: made once, its access brought up to date at each start. */
    async ensureLocal(access: SourceAccess): Promise<string> {
      const row = await store.findLocal();
      if (!row) return save('This Administration Server', access, true);
      await store.changeAccess(row.id, {
        url: access.url,
        user_name: access.user,
        password_sealed: secrets.seal(access.password, context(row.id)),
        certificate_fingerprint: shownFingerprint(access.certificateFingerprint),
      });
      return row.id;
    },

    /** @throws NotFound; Conflict for this installation's own server, which comes back at the next start */
    async remove(id: string): Promise<void> {
      const row = await store.find(id);
      if (!row) throw new NotFound('source', id);
      if (row.is_local) {
        throw new Conflict(
          'source.local',
          'This is the Administration Server of this installation: end its mappings instead, then nothing is read from it',
        );
      }
      await store.remove(id);
    },

    readable: async (signal: AbortSignal): Promise<ReadableSource[]> =>
      (await store.list()).filter((row) => row.enabled).map((row) => readable(row, signal)),

    /** A source as it is known, with whether it is this installation's own. */
    find: (id: string): Promise<SourceRow | undefined> => store.find(id),
    rows: (): Promise<SourceRow[]> => store.list(),
    tenants: (sourceId?: string): Promise<SourceTenantRow[]> => store.listTenants(sourceId),
    tenant: (sourceId: string, tenantId: string): Promise<SourceTenantRow | undefined> =>
      store.findTenant(sourceId, tenantId),
    forgetCursor: store.forgetCursor,
    markTenant: store.markTenant,

    async remember(sourceId: string, tenants: Parameters<SourceStore['rememberTenants']>[1]): Promise<void> {
      await store.rememberTenants(sourceId, tenants);
      await store.markRead(sourceId, clock());
    },

    async markProblem(sourceId: string, error: AppError): Promise<void> {
      await store.markProblem(sourceId, { code: error.code, message: error.message, at: clock().toISOString() });
    },
  };
};
export type Sources = ReturnType<typeof sources>;
