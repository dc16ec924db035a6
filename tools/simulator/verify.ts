/** Holds a server to what it acknowledged: nothing lost, nothing doubled, the order of each device kept. */
import { listEvents, type SecurityEvent } from '../../contract/src/index.ts';
import type { Api } from '../lib/api.ts';
import { type Journal, numberOfMark } from './journal.ts';

export interface Verdict {
  /** Acknowledged events that were looked for. */
  acknowledged: number;
  /** Events of the run that the server shows. */
  stored: number;
  lost: number;
  doubled: number;
  /** Events that stand before an older one of their device. */
  disordered: number;
  /** One sentence per device with something wrong, the first few. */
  sentences: string[];
}

const PAGE = 200;
const MOST_SENTENCES = 20;

/** Everything that the server stores, newest first. */
async function* storedEvents(api: Api): AsyncIterable<SecurityEvent> {
  let after: string | undefined;
  do {
    const page = await api.call(listEvents, { query: { limit: PAGE, ...(after ? { after } : {}) } });
    yield* page.items;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

interface Stored {
  id: bigint;
  number: number;
}

/** @param events of any order, also of other devices and runs, which are left out */
export const verify = async (
  run: string,
  devices: Journal['devices'],
  events:
    | AsyncIterable<Pick<SecurityEvent, 'id' | 'deviceId' | 'params'>>
    | Iterable<Pick<SecurityEvent, 'id' | 'deviceId' | 'params'>>,
): Promise<Verdict> => {
  const byDevice = new Map<string, Stored[]>([...devices.keys()].map((device) => [device, []]));
  const verdict: Verdict = { acknowledged: 0, stored: 0, lost: 0, doubled: 0, disordered: 0, sentences: [] };
  for await (const event of events) {
    const number = numberOfMark(run, event.params['9']);
    const own = byDevice.get(event.deviceId ?? '');
    if (number === null || !own) continue;
    own.push({ id: BigInt(event.id), number });
    verdict.stored += 1;
  }
  for (const [device, stored] of byDevice) {
    stored.sort((a, b) => (a.id < b.id ? -1 : 1));
    const there = new Set<number>();
    let doubled = 0;
    let disordered = 0;
    let highest = 0;
    for (const { number } of stored) {
      if (there.has(number)) doubled += 1;
      else if (number < highest) disordered += 1;
      there.add(number);
      highest = Math.max(highest, number);
    }
    const lost: number[] = [];
    for (const { from, to, without } of devices.get(device) ?? []) {
      for (let number = from; number <= to; number += 1) {
        if (without?.includes(number)) continue;
        verdict.acknowledged += 1;
        if (!there.has(number)) lost.push(number);
      }
    }
    verdict.lost += lost.length;
    verdict.doubled += doubled;
    verdict.disordered += disordered;
    if (lost.length + doubled + disordered > 0 && verdict.sentences.length < MOST_SENTENCES) {
      const which = lost.length > 0 ? ` (the first is number ${lost[0]})` : '';
      verdict.sentences.push(
        `device ${device}: ${lost.length} acknowledged events are not there${which}, ` +
          `${doubled} are there twice, ${disordered} stand before an older one`,
      );
    }
  }
  return verdict;
};

/** By the console's API; the token needs the right to read events of all tenants. */
export const verifyServer = (api: Api, run: string, devices: Journal['devices']): Promise<Verdict> =>
  verify(run, devices, storedEvents(api));

export const isGood = ({ lost, doubled, disordered }: Verdict): boolean => lost + doubled + disordered === 0;

export const inWords = (verdict: Verdict): string => {
  const { acknowledged, stored, lost, doubled, disordered } = verdict;
  const wrong = [`${lost} lost`, `${doubled} doubled`, `${disordered} out of order`].join(', ');
  return `${acknowledged} events acknowledged, ${stored} stored: ${isGood(verdict) ? 'nothing lost, nothing doubled, order kept per device' : wrong}`;
};
