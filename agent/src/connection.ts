import { type Endpoint, enrolAgent, type ReplyOf } from '@gatehouse/contract';
import { EnrolmentRefused, KeyRefused, NotEnrolled, reasonOf } from './errors.ts';
import type { IdentityFile } from './identity.ts';
import type { Logger } from './log.ts';
import { type ServerClient, ServerProblem } from './server-client.ts';
import { agentVersion } from './version.ts';

/** `key-refused`: the server knows the key no more; events are kept until the device is enrolled again. */
export type Enrolment = 'enrolled' | 'not-enrolled' | 'key-refused';

export interface Connection {
  deviceId(): string | null;
  enrolment(): Enrolment;
  /** Gets a key with the token unless there is one for this server. @throws EnrolmentRefused, ServerUnreachable */
  ensureEnrolled(): Promise<void>;
  /** Gets a new key with the token, whatever key there is. @throws NotEnrolled without a token, and as above */
  enrol(): Promise<void>;
  /**
   * A call with the device's key; renews the key once when it is refused and a token is at hand. A refused key is
   * used again only by a probe, since the refusal may have come from something in between.
   * @throws KeyRefused
   */
  call<E extends Endpoint>(
    endpoint: E,
    options: Omit<Parameters<ServerClient['call']>[1], 'key'> & { isProbe?: boolean },
  ): Promise<ReplyOf<E>>;
  /** Writes what is at a path into a file of at most this size. @throws ServerUnreachable, ServerProblem */
  download(path: string, file: string, limits: { mostBytes: number; signal: AbortSignal }): Promise<void>;
}

export interface ConnectionParts {
  client: ServerClient;
  identity: IdentityFile;
  serverUrl: string;
  /** Enrolment token, for the first key and for a new one after a refusal. */
  token: string | undefined;
  hostname: () => string;
  logger: Logger;
}

const wasRefused = (cause: unknown): boolean => cause instanceof ServerProblem && cause.status === 401;

/** The key and its renewal in one place, so that sync, events and commands cannot renew it three times at once. */
export const connection = ({ client, identity, serverUrl, token, hostname, logger }: ConnectionParts): Connection => {
  let refusedKey: string | null = null;
  let renewal: Promise<void> | null = null;

  const usableKey = (): string | null => {
    const { key, serverUrl: giver } = identity.get();
    return key && giver === serverUrl ? key : null;
  };

  const enrol = async () => {
    if (!token) throw new NotEnrolled();
    try {
      const { deviceId, key, packageKey } = await client.call(enrolAgent, {
        body: { token, machineId: identity.get().machineId, hostname: hostname().slice(0, 256), agentVersion },
      });
      // A renewal by itself must not change whom this device trusts with its programs.
      await identity.save({ deviceId, key, serverUrl, packageKey: identity.get().packageKey ?? packageKey ?? null });
      refusedKey = null;
      logger.info('Enrolled', { deviceId });
    } catch (cause) {
      if (
        cause instanceof ServerProblem &&
        [400, 401, 403, 404, 409].includes(cause.status) &&
        !cause.problem.retryable
      ) {
        throw new EnrolmentRefused(cause.message);
      }
      throw cause;
    }
  };

  const renew = (): Promise<void> => {
    renewal ??= enrol().finally(() => {
      renewal = null;
    });
    return renewal;
  };

  const enrolment = (): Enrolment => {
    const key = usableKey();
    if (!key) return 'not-enrolled';
    return key === refusedKey ? 'key-refused' : 'enrolled';
  };

  return {
    deviceId: () => (usableKey() ? identity.get().deviceId : null),
    enrolment,
    enrol: renew,
    async ensureEnrolled() {
      if (!usableKey()) await renew();
    },
    download: (path, file, limits) => client.download(path, file, { ...limits, key: usableKey() ?? '' }),
    async call(endpoint, { isProbe = false, ...options }) {
      if (!usableKey()) await renew();
      if (enrolment() === 'key-refused' && !isProbe) {
        if (!token) throw new KeyRefused();
        await renew();
      }
      const key = usableKey() ?? '';
      // A long poll that began before the refusal may end well after it, and proves nothing.
      const wasRefusedBefore = refusedKey === key;
      try {
        const reply = await client.call(endpoint, { ...options, key });
        if (wasRefusedBefore && refusedKey === key) refusedKey = null;
        return reply;
      } catch (cause) {
        if (!wasRefused(cause)) throw cause;
        // Another call may have renewed it while this one was on its way.
        if (usableKey() === key) {
          if (refusedKey !== key)
            logger.error('The server refuses the key of this device', { reason: reasonOf(cause) });
          refusedKey = key;
          if (!token) throw new KeyRefused();
          await renew();
        }
        return client.call(endpoint, { ...options, key: usableKey() ?? '' });
      }
    },
  };
};
