import type { SecondaryServerSettings } from '@gatehouse/contract';
import { DEFAULT_PORT, type KscClient, openKscClient } from '@gatehouse/protocols/ksc-open-api';
import { problemOf } from './problems.ts';

const MINUTE_MS = 60_000;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;
/** What a person has to mend is tried seldom: a server may lock an account whose password is wrong. */
const REFUSED_PAUSE_MS = 60 * MINUTE_MS;

/** Where a try to read a server goes next. @param failures in a row, with this one; 0 after a success */
export const nextTryAt = (
  now: Date,
  {
    state,
    failures,
    refreshMinutes,
  }: { state: 'connected' | 'unreachable' | 'refused'; failures: number; refreshMinutes: number },
): Date => {
  const roundMs = refreshMinutes * MINUTE_MS;
  if (state === 'connected') return new Date(now.getTime() + roundMs);
  if (state === 'refused') return new Date(now.getTime() + Math.max(REFUSED_PAUSE_MS, roundMs));
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pauseMs);
};

export type LinkSettings = Pick<SecondaryServerSettings, 'address' | 'port' | 'userName' | 'certificateFingerprint'>;

/** Host and port as people write them. */
export const placeOf = ({ address, port }: Pick<LinkSettings, 'address' | 'port'>): string =>
  `${address.includes(':') && !address.startsWith('[') ? `[${address}]` : address}:${port ?? DEFAULT_PORT}`;

/** Works with a server and closes what was opened. @throws SecondaryProblem for whatever is the server's doing */
export const withServer = async <T>(
  settings: LinkSettings,
  password: string,
  work: (client: KscClient) => Promise<T>,
  virtualServer = '',
): Promise<T> => {
  const place = placeOf(settings);
  let client: KscClient | undefined;
  try {
    client = openKscClient({
      url: `https://${place}`,
      trust: { sha256Fingerprint: settings.certificateFingerprint },
      credentials: { scheme: 'KSCBasic', user: settings.userName, password, internal: true },
      virtualServer,
    });
    return await work(client);
  } catch (error) {
    throw problemOf(error, place);
  } finally {
    await client?.close();
  }
};
