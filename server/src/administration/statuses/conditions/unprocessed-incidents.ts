import { counted, off, on, statusCondition } from '../condition.ts';

/** Incidents on the device that nobody has marked as processed. */
export const unprocessedIncidents = statusCondition({
  key: 'unprocessedIncidents',
  title: 'Unprocessed incidents detected',
  maskBit: 17,
  requires: {},
  value: { kind: 'switch' },
  knownBy:
    'The list of incidents of this server: made by applications or by hand, and not marked as processed. Any system.',
  defaults: { critical: off(), warning: on() },
  why: ({ unprocessedIncidents: amount }) => (amount > 0 ? counted(amount, 'unprocessed incident') : null),
});
