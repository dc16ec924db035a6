import type { AlarmRow } from './store.ts';

const MINUTE_MS = 60_000;

/** A connection as an alarm looks at it. */
export interface Subject {
  kind: 'source' | 'integration';
  id: string;
  name: string;
  /** Null: it works, or is switched off. */
  failingSince: Date | null;
  problem: { code: string; message: string } | null;
}

type Standing = Pick<AlarmRow, 'id' | 'kind' | 'subject_id'>;

/**
 * Which alarms to raise and which are over. Decides only: no I/O, no clock. An alarm is over when its connection works
 * again, is switched off or is gone.
 */
export const decide = (
  subjects: Subject[],
  standing: Standing[],
  { alarmAfterMinutes }: { alarmAfterMinutes: number },
  now: Date,
): { raise: Subject[]; clear: string[] } => {
  const keyOf = (kind: string, id: string): string => `${kind} ${id}`;
  const alarmed = new Set(standing.map((alarm) => keyOf(alarm.kind, alarm.subject_id)));
  const failing = new Set(subjects.filter((each) => each.failingSince !== null).map(({ kind, id }) => keyOf(kind, id)));
  return {
    raise: subjects.filter(
      ({ kind, id, failingSince, problem }) =>
        failingSince !== null &&
        problem !== null &&
        now.getTime() - failingSince.getTime() >= alarmAfterMinutes * MINUTE_MS &&
        !alarmed.has(keyOf(kind, id)),
    ),
    clear: standing.filter((alarm) => !failing.has(keyOf(alarm.kind, alarm.subject_id))).map(({ id }) => id),
  };
};
