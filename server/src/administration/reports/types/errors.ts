import type { ReportKind } from '../report.ts';

const FUNCTIONAL_FAILURE = 3;

/** Functional failures of applications and of the server. */
export const errors: ReportKind = {
  id: 'errors',
  number: 6,
  title: 'Errors',
  description: 'Functional failures that devices and the server told',
  needs: 'events:read',
  takesPeriod: true,
  takesGroups: true,
  columns: [
    { title: 'Happened', kind: 'moment', width: 12 },
    { title: 'Device', kind: 'text', width: 14 },
    { title: 'Client', kind: 'text', width: 12 },
    { title: 'Group', kind: 'text', width: 14 },
    { title: 'Application', kind: 'text', width: 10 },
    { title: 'Error', kind: 'text', width: 18 },
    { title: 'Description', kind: 'text', width: 36 },
  ],
  async *rows(source) {
    for await (const events of source.events({ severities: [FUNCTIONAL_FAILURE] })) {
      yield events.map((event) => [
        event.riseTime,
        event.deviceName,
        event.tenantName,
        event.groupName,
        event.product,
        event.displayName,
        event.description,
      ]);
    }
  },
  countedAs: (row) => String(row[5] ?? ''),
};
