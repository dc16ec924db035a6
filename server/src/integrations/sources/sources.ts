import type { Source as SourceView } from '@gatehouse/contract';
import { type AppError, Conflict, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import type { TraceLine } from '../../platform/trace/index.ts';
import { fingerprintOfFile, proxyUrl, type SourceAccess, serverUrl, shownFingerprint } from './access.ts';
import { administrationServer, type TryOut, tryOut } from './administration-server/index.ts';
import { couldLock, notWorking } from './errors.ts';
import type { Source } from './source.ts';
import type { SourceRow, SourceStore, SourceTenantRow } from './store.ts';

const SECOND_MS = 1_000;
/** Pauses after failures one after another; the last one repeats. The first failure may be a hiccup: no pause. */
const PAUSES_SECONDS = [0, 30, 60, 120, 300];
/** An account that is tried again and again with a wrong password gets locked. */
const LOCK_PAUSE_SECONDS = 900;

/** What a person writes into the form of a source; what is left out of a change stays as it is. */
export interface SourceWish {
  url: string;
  user: string;
  password: string;
  certificateFingerprint?: string | null | undefined;
  certificate?: string | undefined;
  proxy?: { url: string; user: string; password?: string | undefined } | null | undefined;
}
type Maybe<T> = { [Key in keyof T]?: T[Key] | undefined };

/** A source that can be read now. */
export interface ReadableSource {
  sourceId: string;
  name: string;
  source: Source;
}

const passwordContext = (sourceId: string): string => `source:${sourceId}:password`;
const proxyContext = (sourceId: string): string => `source:${sourceId}:proxy`;

/** The Administration Servers that are read, and what is known of their tenants. */
export const sources = ({
  store,
  secrets,
  clock,
  pauseScale = 1,
  trace,
}: {
  store: SourceStore;
  secrets: Secrets;
  clock: () => Date;
  /** Multiplies every pause; 1 outside tests. */
  pauseScale?: number;
  /** Told each call and its reply, when somebody wants traces. */
  trace?: TraceLine | undefined;
}) => {
  const must = async (id: string): Promise<SourceRow> => {
    const row = await store.find(id);
    if (!row) throw new NotFound('source', id);
    return row;
  };

  const accessOf = (row: SourceRow): SourceAccess => ({
    url: row.url,
    user: row.user_name,
    password: secrets.open(row.password_sealed, passwordContext(row.id)),
    certificateFingerprint: row.certificate_fingerprint,
    proxy: row.proxy && {
      url: row.proxy.url,
      user: row.proxy.user,
      password: row.proxy.passwordSealed === null ? '' : secrets.open(row.proxy.passwordSealed, proxyContext(row.id)),
    },
  });

  const columns = (id: string, access: SourceAccess) => ({
    url: access.url,
    user_name: access.user,
    password_sealed: secrets.seal(access.password, passwordContext(id)),
    certificate_fingerprint:
      access.certificateFingerprint === null ? null : shownFingerprint(access.certificateFingerprint),
    proxy: access.proxy && {
      url: access.proxy.url,
      user: access.proxy.user,
      passwordSealed: access.proxy.password === '' ? null : secrets.seal(access.proxy.password, proxyContext(id)),
    },
  });

  const shown = (row: SourceRow, tenants: SourceTenantRow[]): SourceView => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    url: row.url,
    user: row.user_name,
    certificateFingerprint: row.certificate_fingerprint,
    proxy: row.proxy && {
      url: row.proxy.url,
      user: row.proxy.user,
      hasPassword: row.proxy.passwordSealed !== null,
    },
    isLocal: row.is_local,
    enabled: row.enabled,
    lastReadAt: row.last_read_at?.toISOString() ?? null,
    problem: row.problem,
    failingSince: row.failing_since?.toISOString() ?? null,
    nextTryAt: row.next_try_at?.toISOString() ?? null,
    tenants: tenants.filter((tenant) => tenant.source_id === row.id && tenant.present).length,
  });

  const save = async (name: string, access: SourceAccess, isLocal: boolean): Promise<string> => {
    const now = clock();
    const id = newId(now);
    await store.add({
      id,
      kind: 'administration-server',
      name,
      ...columns(id, access),
      is_local: isLocal,
      enabled: true,
      last_read_at: null,
      problem: null,
      failing_since: null,
      failures: 0,
      next_try_at: null,
      created_at: now,
    });
    return id;
  };

  /**
   * What would be connected to: the wish, with what it leaves out from what is saved.
   * @throws InvalidInput, also when a saved password would go to another server than the one that it was typed for
   */
  const wanted = (wish: Maybe<SourceWish>, saved: SourceAccess | null): SourceAccess => {
    const url = wish.url === undefined ? saved?.url : serverUrl(wish.url);
    const user = wish.user ?? saved?.user;
    if (url === undefined || user === undefined) throw new InvalidInput('Address and user are needed');
    const isSameServer = saved !== null && saved.url === url;
    const password = wish.password ?? (isSameServer ? saved.password : undefined);
    if (password === undefined) {
      const what = saved ? 'Type the password again: the address is another one' : 'Type the password';
      throw new InvalidInput(what, [{ where: 'body.password', what }], 'source.password-needed');
    }
    if (wish.certificate !== undefined && wish.certificateFingerprint) {
      const what = 'Give the certificate or its fingerprint, not both';
      throw new InvalidInput(what, [{ where: 'body.certificate', what }]);
    }
    const certificateFingerprint =
      wish.certificate === undefined
        ? wish.certificateFingerprint === undefined
          ? (saved?.certificateFingerprint ?? null)
          : wish.certificateFingerprint
        : fingerprintOfFile(wish.certificate);
    return { url, user, password, certificateFingerprint, proxy: wantedProxy(wish.proxy, saved) };
  };

  const wantedProxy = (wish: SourceWish['proxy'], saved: SourceAccess | null): SourceAccess['proxy'] => {
    if (wish === undefined) return saved?.proxy ?? null;
    if (wish === null) return null;
    const url = proxyUrl(wish.url);
    const user = wish.user.trim();
    if (user.includes(':')) {
      const what = 'A proxy cannot be told a user name with a colon';
      throw new InvalidInput(what, [{ where: 'body.proxy.user', what }]);
    }
    const known = saved?.proxy && saved.proxy.url === url && saved.proxy.user === user ? saved.proxy.password : '';
    return { url, user, password: user === '' ? '' : (wish.password ?? known) };
  };

  /** @throws InvalidInput with the code of what fails: nothing is saved that does not work */
  const tried = async (access: SourceAccess): Promise<TryOut> => {
    const result = await tryOut(access);
    if (result.failure) throw notWorking(result.failure.code, result.failure.message);
    return result;
  };

  const requireNew = async (access: SourceAccess, exceptId?: string): Promise<void> => {
    const same = (await store.list()).find(
      (row) => row.url === access.url && row.user_name === access.user && row.id !== exceptId,
    );
    if (same) throw new Conflict('source.exists', `${access.url} is read already, as this user: see "${same.name}"`);
  };

  const view = async (id: string): Promise<SourceView> => shown(await must(id), await store.listTenants(id));

  return {
    async list(): Promise<SourceView[]> {
      const [rows, tenants] = [await store.list(), await store.listTenants()];
      return rows.map((row) => shown(row, tenants));
    },

    /** Tries address, certificate, login and rights before saving. @throws InvalidInput, Conflict */
    async add({ name, ...wish }: SourceWish & { name: string }): Promise<SourceView> {
      const access = wanted(wish, null);
      await requireNew(access);
      const { tenants } = await tried(access);
      const id = await save(name, access, false);
      await store.rememberTenants(id, tenants);
      return view(id);
    },

    /**
     * New access is tried before it is saved, and so is switching on. A password that is left out stays, as long as the
     * address stays.
     * @throws NotFound, InvalidInput, Conflict
     */
    async change(
      id: string,
      { name, enabled, ...wish }: Maybe<SourceWish & { name: string; enabled: boolean }>,
    ): Promise<{ before: SourceView; after: SourceView }> {
      const row = await must(id);
      const before = await view(id);
      const hasAccess = Object.values(wish).some((value) => value !== undefined);
      if (hasAccess && row.is_local) {
        throw new Conflict(
          'source.local',
          'The access to the Administration Server of this installation is kept up to date by itself; only its name and whether it is read can be changed',
        );
      }
      const access = hasAccess ? wanted(wish, accessOf(row)) : null;
      if (access) await requireNew(access, id);
      if (access || (enabled && !row.enabled)) {
        const { tenants } = await tried(access ?? accessOf(row));
        if (access) await store.changeAccess(id, columns(id, access));
        else await store.clearProblem(id);
        await store.rememberTenants(id, tenants);
      }
      await store.change(id, { name: name ?? row.name, enabled: enabled ?? row.enabled });
      return { before, after: await view(id) };
    },

    /** Tries what a form holds, with what is saved where it holds nothing. A success of the saved access ends its pause. */
    async test({ sourceId, ...wish }: Maybe<SourceWish> & { sourceId?: string | undefined }): Promise<TryOut> {
      const saved = sourceId === undefined ? null : accessOf(await must(sourceId));
      const access = wanted(wish, saved);
      const result = await tryOut(access);
      if (sourceId !== undefined && !result.failure && JSON.stringify(access) === JSON.stringify(saved)) {
        await store.clearProblem(sourceId);
      }
      return result;
    },

    /** The Administration Server of this very installation: made once, its access brought up to date at each start. */
    async ensureLocal(access: Omit<SourceAccess, 'proxy'>): Promise<string> {
      const direct: SourceAccess = { ...access, proxy: null };
      const row = await store.findLocal();
      if (!row) return save('This Administration Server', direct, true);
      await store.changeAccess(row.id, columns(row.id, direct));
      return row.id;
    },

    /** @throws NotFound; Conflict for this installation's own server, which comes back at the next start */
    async remove(id: string): Promise<void> {
      const row = await must(id);
      if (row.is_local) {
        throw new Conflict(
          'source.local',
          'This is the Administration Server of this installation: switch it off instead, then nothing is read from it',
        );
      }
      await store.remove(id);
    },

    /** Those that are switched on and not in a pause after a failure. */
    async readable(signal: AbortSignal): Promise<ReadableSource[]> {
      const now = clock();
      return (await store.list())
        .filter((row) => row.enabled && (row.next_try_at === null || row.next_try_at <= now))
        .map((row) => ({
          sourceId: row.id,
          name: row.name,
          source: administrationServer(accessOf(row), { signal, trace }),
        }));
    },

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

    /** A reading failed: the next one waits, longer with each failure, and longest where trying on could lock an account. */
    async markProblem(sourceId: string, error: AppError): Promise<void> {
      const row = await store.find(sourceId);
      if (!row) return;
      const now = clock();
      const pauseSeconds = couldLock(error.code)
        ? LOCK_PAUSE_SECONDS
        : (PAUSES_SECONDS[Math.min(row.failures, PAUSES_SECONDS.length - 1)] ?? 0);
      await store.markProblem(sourceId, {
        problem: { code: error.code, message: error.message, at: now.toISOString() },
        failures: row.failures + 1,
        failingSince: row.failing_since ?? now,
        nextTryAt: pauseSeconds === 0 ? null : new Date(now.getTime() + pauseSeconds * SECOND_MS * pauseScale),
      });
    },
  };
};
export type Sources = ReturnType<typeof sources>;
