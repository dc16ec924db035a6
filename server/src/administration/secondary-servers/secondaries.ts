import type { SecondaryDevice, SecondaryServer, SecondaryServerSettings } from '@gatehouse/contract';
import { AppError, Conflict, InvalidInput, Unavailable } from '../../platform/errors/index.ts';
import type { Doer } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { type DeviceQuestion, pageOfDevices } from './devices.ts';
import { type LinkSettings, nextTryAt, placeOf, withServer } from './link.ts';
import type { OwnPlace } from './place.ts';
import { SecondaryProblem } from './problems.ts';
import { greet, readSecondary } from './read.ts';
import type { Reading, SecondaryRow, SecondaryServerStore } from './store.ts';

/** A whole reading may take so long; a server of 100,000 devices needs about a minute. */
const READ_LIMIT_MS = 10 * 60_000;
/** Somebody waits for these. */
const TRY_LIMIT_MS = 20_000;
const PAGE_LIMIT_MS = 30_000;
const GOODBYE_LIMIT_MS = 5_000;
/** So many servers are read at once. */
const AT_ONCE = 4;

/** The server is there and wants none of it: somebody has to look at its settings. */
export class SecondaryRefused extends AppError {
  override readonly code: `${string}.${string}`;
  override readonly httpStatus = 502;
  constructor({ code, message }: SecondaryProblem) {
    super(message);
    this.code = code;
  }
}

export interface SecondaryServersParts {
  store: Pick<SecondaryServerStore, 'list' | 'get' | 'dueIds'>;
  /** Keeps an added or changed server, or removes it with null. @throws Conflict when its name is taken */
  save: (
    change: {
      id: string;
      settings: SecondaryServerSettings | null;
      passwordSealed: string | null;
      instanceId: string | null;
    },
    doer: Doer,
  ) => Promise<void>;
  /** Keeps what a try came to, and the event of a link that came or broke, together. */
  saveReading: (server: SecondaryRow, reading: Reading) => Promise<void>;
  ownPlace: () => Promise<OwnPlace>;
  secrets: Secrets;
  clock: () => Date;
  changed: () => void;
}

const contextOf = (id: string): string => `secondary-server:${id}`;

const sameLink = (a: LinkSettings, b: LinkSettings): boolean =>
  a.address === b.address &&
  a.port === b.port &&
  a.userName === b.userName &&
  a.certificateFingerprint === b.certificateFingerprint;

/** What a try that failed came to. @throws what is no failure of the server or of its settings */
const failed = (row: SecondaryRow, triedAt: Date, error: unknown): Reading => {
  const { refreshMinutes } = row.settings;
  const told =
    error instanceof SecondaryProblem
      ? error
      : // A sealed password that cannot be opened any more, say: somebody has to enter it again.
        error instanceof AppError
        ? { state: 'refused' as const, code: error.code, message: error.message }
        : null;
  if (!told) throw error;
  const { state, code, message } = told;
  return {
    triedAt,
    nextTryAt: nextTryAt(triedAt, { state, failures: row.failures + 1, refreshMinutes }),
    state,
    problem: { code, message },
  };
};

/** As an answer to who entered the settings. */
const asInput = (error: unknown): unknown =>
  error instanceof SecondaryProblem
    ? new InvalidInput(error.message, [{ where: `body.${error.setting}`, what: error.message }], error.code)
    : error;

/** As an answer to who wants to see something of the server. */
const asAnswer = (error: unknown, row: SecondaryRow): unknown => {
  if (!(error instanceof SecondaryProblem)) return error;
  if (error.state === 'refused') return new SecondaryRefused(error);
  const since = row.link_state === 'connected' ? '' : ` (not reachable since ${row.link_since.toISOString()})`;
  return new Unavailable(error.code, `${error.message}${since}`, { cause: error });
};

export const toShown = (row: SecondaryRow): SecondaryServer => ({
  id: row.id,
  ...row.settings,
  createdAt: row.created_at.toISOString(),
  instanceId: row.instance_id,
  link: {
    state: row.link_state,
    since: row.link_since.toISOString(),
    problem: row.problem,
    lastTriedAt: row.last_tried_at?.toISOString() ?? null,
    readAt: row.read_at?.toISOString() ?? null,
    nextTryAt: row.next_try_at?.toISOString() ?? null,
  },
  snapshot: row.snapshot,
});

/** Servers below this one: attached, tried, read in rounds, asked for their devices. */
export const createSecondaryServers = (parts: SecondaryServersParts) => {
  const { store, secrets, clock } = parts;
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const within = (ms: number): AbortSignal => AbortSignal.any([AbortSignal.timeout(ms), stopping.signal]);
  const passwordOf = (row: SecondaryRow): string => secrets.open(row.password_sealed, contextOf(row.id));

  /** @throws SecondaryProblem, Conflict when it is attached already */
  const tryOut = async (settings: LinkSettings, password: string, ownId: string | null) => {
    const own = await parts.ownPlace();
    const signal = within(TRY_LIMIT_MS);
    const found = await withServer(settings, password, async (client) => {
      const greeting = await greet(client, own, placeOf(settings), signal);
      const hosts = await client.hostGroup.findHosts({ fields: ['KLHST_WKS_HOSTNAME'], lifetimeSec: 60 }, { signal });
      await client.chunkAccessor.release(hosts.accessor, { signal });
      const virtualServers = await client.vServers.getVServers(undefined, { signal });
      return { greeting, devices: hosts.count, virtualServers: virtualServers.length };
    });
    const { instanceId } = found.greeting;
    const twin = (await store.list()).find(
      (row) => row.id !== ownId && instanceId !== null && row.instance_id === instanceId,
    );
    if (twin) {
      throw new Conflict('secondary-server.known', `This server is attached already, as “${twin.settings.name}”`);
    }
    return found;
  };

  const read = async (row: SecondaryRow): Promise<void> => {
    const { settings } = row;
    const triedAt = clock();
    let reading: Reading;
    try {
      const own = await parts.ownPlace();
      const password = passwordOf(row);
      const { greeting, snapshot } = await withServer(settings, password, (client) =>
        readSecondary(client, {
          own,
          details: settings.details,
          roundSeconds: settings.refreshMinutes * 60,
          place: placeOf(settings),
          signal: within(READ_LIMIT_MS),
          inVirtualServer: (name, work) => withServer(settings, password, work, name),
        }),
      );
      reading = {
        triedAt,
        nextTryAt: nextTryAt(triedAt, { state: 'connected', failures: 0, refreshMinutes: settings.refreshMinutes }),
        instanceId: greeting.instanceId,
        below: greeting.below,
        snapshot,
      };
    } catch (error) {
      if (stopping.signal.aborted) throw error;
      reading = failed(row, triedAt, error);
    }
    try {
      await parts.saveReading(row, reading);
    } catch (error) {
      // It has the id of another secondary: a copy, or the same one under two addresses.
      if (!(error instanceof Conflict)) throw error;
      await parts.saveReading(row, failed(row, triedAt, error));
    }
    parts.changed();
  };

  /** One reading of a server at a time; who asks meanwhile waits for the one under way. */
  const refresh = (id: string): Promise<void> => {
    const known = running.get(id);
    if (known) return known;
    const work = store
      .get(id)
      .then(read)
      .finally(() => running.delete(id));
    running.set(id, work);
    return work;
  };

  return {
    list: async (): Promise<SecondaryServer[]> => (await store.list()).map(toShown),
    get: async (id: string): Promise<SecondaryServer> => toShown(await store.get(id)),
    /** As the Open API shows them. */
    rows: (): Promise<SecondaryRow[]> => store.list(),

    /** @throws InvalidInput with what is wrong, by setting; Conflict */
    tryOut: async (settings: LinkSettings, password: string | undefined, ownId: string | undefined) => {
      const row = ownId === undefined ? null : await store.get(ownId);
      if (password === undefined && (!row || !sameLink(row.settings, settings))) throw passwordNeeded();
      try {
        return await tryOut(settings, password ?? passwordOf(row as SecondaryRow), ownId ?? null);
      } catch (error) {
        throw asInput(error);
      }
    },

    /** @throws InvalidInput with what is wrong, by setting; Conflict */
    add: async (settings: SecondaryServerSettings, password: string, doer: Doer): Promise<SecondaryServer> => {
      let instanceId: string | null;
      try {
        ({ instanceId } = (await tryOut(settings, password, null)).greeting);
      } catch (error) {
        throw asInput(error);
      }
      const id = newId(clock());
      const passwordSealed = secrets.seal(password, contextOf(id));
      await parts.save({ id, settings, passwordSealed, instanceId }, doer);
      await refresh(id);
      return toShown(await store.get(id));
    },

    /** A saved password goes to the address that it was saved for, and to no other. */
    change: async (
      id: string,
      settings: SecondaryServerSettings,
      password: string | undefined,
      doer: Doer,
    ): Promise<{ before: SecondaryServerSettings; after: SecondaryServer }> => {
      const row = await store.get(id);
      const isSameLink = sameLink(row.settings, settings);
      if (!isSameLink && password === undefined) throw passwordNeeded();
      if (!isSameLink || password !== undefined) {
        try {
          await tryOut(settings, password ?? passwordOf(row), id);
        } catch (error) {
          throw asInput(error);
        }
      }
      const passwordSealed = password === undefined ? null : secrets.seal(password, contextOf(id));
      await parts.save({ id, settings, passwordSealed, instanceId: row.instance_id }, doer);
      await running.get(id)?.catch(() => {});
      await refresh(id);
      return { before: row.settings, after: toShown(await store.get(id)) };
    },

    remove: async (id: string, doer: Doer): Promise<SecondaryServerSettings> => {
      const row = await store.get(id);
      await parts.save({ id, settings: null, passwordSealed: null, instanceId: row.instance_id }, doer);
      if (row.snapshot?.knowsPrimary) {
        const { instanceId } = await parts.ownPlace();
        try {
          await withServer(row.settings, passwordOf(row), (client) =>
            client.call(
              'GatehouseHierarchy.Leave',
              { strInstanceId: instanceId },
              { signal: within(GOODBYE_LIMIT_MS) },
            ),
          );
        } catch (error) {
          // It is detached all the same; there it shows as a primary that is not heard of, which can be forgotten.
          if (!(error instanceof SecondaryProblem)) throw error;
        }
      }
      parts.changed();
      return row.settings;
    },

    refresh: async (id: string): Promise<SecondaryServer> => {
      await refresh(id);
      return toShown(await store.get(id));
    },

    /** Reads all whose time has come, a few at once. */
    refreshDue: async (): Promise<void> => {
      const ids = await store.dueIds(clock());
      const worker = async (): Promise<void> => {
        for (let id = ids.shift(); id !== undefined && !stopping.signal.aborted; id = ids.shift()) await refresh(id);
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
    },

    /** @throws Unavailable while it cannot be reached; SecondaryRefused */
    devices: async (id: string, question: DeviceQuestion): Promise<{ items: SecondaryDevice[]; total: number }> => {
      const row = await store.get(id);
      try {
        return await withServer(row.settings, passwordOf(row), (client) =>
          pageOfDevices(client, question, within(PAGE_LIMIT_MS)),
        );
      } catch (error) {
        throw asAnswer(error, row);
      }
    },

    /** Readings under way end without a result. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await Promise.allSettled(running.values());
    },
  };
};
export type SecondaryServers = ReturnType<typeof createSecondaryServers>;

const passwordNeeded = (): InvalidInput =>
  new InvalidInput(
    'Enter the password again: a saved one is sent to the address and certificate that it was saved for, and to no other',
    [{ where: 'body.password', what: 'is needed' }],
    'secondary-server.password-needed',
  );
