/** The spool of a simulated agent: in memory, since its disk is not what is tried here, and otherwise by the protocol. */
import { randomUUID } from 'node:crypto';
import type { ReportedEvent } from '../../contract/src/index.ts';
import type { Happening } from './happenings.ts';
import { type Journal, markOf } from './journal.ts';
import type { Tally } from './tally.ts';

export interface SpoolParts {
  run: string;
  journal: Journal;
  tally: Tally;
  deviceId: () => string;
  mostEvents: number;
}

interface Kept {
  /** Counts the events of this device in this run; never starts anew, whatever becomes of epochs. */
  number: number;
  event: ReportedEvent;
}

export const createSpool = ({ run, journal, tally, deviceId, mostEvents }: SpoolParts) => {
  let epoch: string = randomUUID();
  let seq = 0;
  let made = 0;
  let kept: Kept[] = [];
  let gone: number[] = [];
  let journaledTo = 0;
  let untold = { info: 0, other: 0 };

  const lose = (number: number): void => {
    gone.push(number);
    tally.eventsLost += 1;
  };
  const put = (event: Happening): void => {
    made += 1;
    seq += 1;
    tally.eventsMade += 1;
    kept.push({ number: made, event: { ...event, seq, params: { ...event.params, '9': markOf(run, made) } } });
  };
  const makeRoom = (event: Happening): boolean => {
    if (kept.length < mostEvents) return true;
    const info = kept.findIndex(({ event: old }) => old.severity === 1);
    if (info < 0 && event.severity === 1) {
      untold.info += 1;
      return false;
    }
    const [dropped] = kept.splice(Math.max(info, 0), 1);
    if (dropped) lose(dropped.number);
    untold[info < 0 ? 'other' : 'info'] += 1;
    return true;
  };
  /** Once there is room again, the server hears that something is missing. */
  const tellOverflow = (): void => {
    const { info, other } = untold;
    if (info + other === 0 || kept.length >= mostEvents) return;
    untold = { info: 0, other: 0 };
    const params = { '1': String(info + other), '2': String(info), '3': String(other) };
    const riseTime = new Date().toISOString();
    put({ type: 'GATEHOUSE_AGENT_SPOOL_OVERFLOW', severity: 3, riseTime, params });
  };
  /** Numbers up to this one are with the server, all but those in `gone`. */
  const journalTo = (number: number): void => {
    const without = gone.filter((one) => one <= number);
    gone = gone.filter((one) => one > number);
    if (number <= journaledTo) return;
    journal.acknowledge({
      run,
      device: deviceId(),
      from: journaledTo + 1,
      to: number,
      ...(without.length > 0 ? { without } : {}),
    });
    tally.eventsAcknowledged += number - journaledTo - without.length;
    journaledTo = number;
  };

  return {
    add: (event: Happening): void => {
      if (makeRoom(event)) put(event);
    },
    size: (): number => kept.length,
    epoch: (): string => epoch,
    highestSeq: (): number => seq,
    peek: (most: number): ReportedEvent[] => kept.slice(0, most).map(({ event }) => event),

    acknowledge: (acknowledgedSeq: number): void => {
      const open = kept.findIndex(({ event }) => event.seq > acknowledgedSeq);
      const done = open < 0 ? kept : kept.slice(0, open);
      kept = open < 0 ? [] : kept.slice(open);
      const last = done.at(-1);
      if (last) journalTo(last.number);
      tellOverflow();
    },
    /** The server refuses this event for good. */
    setAside: (refused: ReportedEvent): void => {
      const at = kept.findIndex(({ event }) => event.seq === refused.seq);
      const [one] = at < 0 ? [] : kept.splice(at, 1);
      if (one) lose(one.number);
    },
    /** The server remembers more than was ever sent: everything goes again, under new numbers. */
    renewEpoch: (): void => {
      epoch = randomUUID();
      seq = 0;
      kept = kept.map(({ number, event }) => {
        seq += 1;
        return { number, event: { ...event, seq } };
      });
    },
  };
};
