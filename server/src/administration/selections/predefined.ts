import { EventFilter, type EventFilterInput, type EventSelectionSettings } from '@gatehouse/contract';
import { Conflict } from '../../platform/errors/index.ts';

/**
 * The predefined selections (KSC 13.1, topic 166234). Their numbers are the same on every server, so that addresses can
 * be shared. What they look for stands here; period, sorting, limits and access rights can be changed and are stored.
 */
const rows: [id: string, name: string, looksFor: EventFilterInput][] = [
  ['00000000-0000-4000-8000-00000000e001', 'Critical events', { severities: ['critical'] }],
  ['00000000-0000-4000-8000-00000000e002', 'Functional failures', { severities: ['functional-failure'] }],
  ['00000000-0000-4000-8000-00000000e003', 'Warnings', { severities: ['warning'] }],
  ['00000000-0000-4000-8000-00000000e004', 'Informational messages', { severities: ['info'] }],
  // What people ask of applications. The server's own requests, for certificates, are none of these.
  ['00000000-0000-4000-8000-00000000e005', 'User requests', { types: ['*REQUEST*'], notTypes: ['KLSRV_*'] }],
  ['00000000-0000-4000-8000-00000000e006', 'Recent events', {}],
  ['00000000-0000-4000-8000-00000000e007', 'Audit events', { types: ['KLAUD_*'] }],
];

export const predefinedSelections = rows.map(([id, name, looksFor]) => ({
  id,
  name,
  settings: {
    filter: EventFilter.parse({ ...looksFor, time: { kind: 'last', amount: 7, unit: 'days' } }),
    sort: { by: 'registered', descending: true },
    mostShown: 500,
    mostSearched: null,
  } satisfies EventSelectionSettings,
}));

const byId = new Map(predefinedSelections.map((each) => [each.id, each]));
export const isPredefined = (id: string): boolean => byId.has(id);

/** A stored predefined selection with what it looks for taken from here. */
export const withPredefinedFilter = (id: string, stored: EventSelectionSettings): EventSelectionSettings => {
  const given = byId.get(id);
  if (!given) return stored;
  const { time, clock } = stored.filter;
  return { ...stored, filter: { ...given.settings.filter, time, clock } };
};

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;
const isSame = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** @throws Conflict `event-selection.predefined` when more is changed than may be */
export const requireOnlyChangeable = (id: string, change: { name: string; settings: EventSelectionSettings }): void => {
  const given = byId.get(id);
  if (!given) return;
  const wanted = withPredefinedFilter(id, change.settings);
  if (change.name === given.name && isSame(wanted.filter, change.settings.filter)) return;
  throw new Conflict(
    'event-selection.predefined',
    `“${given.name}” is predefined: only its period, sorting, limits and access rights can be changed; duplicate it to change more`,
  );
};
