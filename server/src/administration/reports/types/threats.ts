import type { ReportKind } from '../report.ts';

/** Events about objects in which something was found, and what became of them. */
const threatEvents = [
  'GNRL_EV_VIRUS_FOUND',
  'GNRL_EV_SUSPICIOUS_OBJECT_FOUND',
  'GNRL_EV_OBJECT_CURED',
  'GNRL_EV_OBJECT_DELETED',
  'GNRL_EV_OBJECT_QUARANTINED',
  'GNRL_EV_OBJECT_NOTCURED',
  'GNRL_EV_OBJECT_REPORTED',
  'GNRL_EV_PASSWD_ARCHIVE_FOUND',
] as const;

/** What was found on devices in a time. */
export const threats: ReportKind = {
  id: 'threats',
  number: 1,
  title: 'Threats',
  description: 'What was found on devices, where, and what was done about it',
  needs: 'events:read',
  takesPeriod: true,
  takesGroups: true,
  columns: [
    { title: 'Happened', kind: 'moment', width: 12 },
    { title: 'Device', kind: 'text', width: 14 },
    { title: 'Client', kind: 'text', width: 12 },
    { title: 'Group', kind: 'text', width: 14 },
    { title: 'Threat', kind: 'text', width: 16 },
    { title: 'Object', kind: 'text', width: 26 },
    { title: 'What happened', kind: 'text', width: 16 },
    { title: 'User', kind: 'text', width: 10 },
  ],
  async *rows(source) {
    for await (const events of source.events({ types: threatEvents })) {
      yield events.map((event) => [
        event.riseTime,
        event.deviceName,
        event.tenantName,
        event.groupName,
        // The columns in which such events carry the threat, the object and the user.
        event.params[4] ?? '',
        event.params[1] ?? '',
        event.displayName,
        event.params[6] ?? '',
      ]);
    }
  },
  countedAs: (row) => String(row[4] ?? ''),
};
