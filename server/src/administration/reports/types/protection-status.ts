import type { ReportKind } from '../report.ts';

const levels = { ok: 'OK', warning: 'Warning', critical: 'Critical' } as const;

/** Which devices are protected, and what is wrong with the others. */
export const protectionStatus: ReportKind = {
  id: 'protection-status',
  number: 0,
  title: 'Protection status',
  description: 'Every device with its status, its protection and the age of its databases',
  needs: 'devices:read',
  takesPeriod: false,
  takesGroups: true,
  columns: [
    { title: 'Status', kind: 'text', width: 6 },
    { title: 'Device', kind: 'text', width: 14 },
    { title: 'Client', kind: 'text', width: 12 },
    { title: 'Group', kind: 'text', width: 14 },
    { title: 'Reasons', kind: 'text', width: 22 },
    { title: 'Protection', kind: 'text', width: 14 },
    { title: 'Real-time protection', kind: 'text', width: 7 },
    { title: 'Databases of', kind: 'moment', width: 12 },
    { title: 'Last scan', kind: 'moment', width: 12 },
    { title: 'Last seen', kind: 'moment', width: 12 },
  ],
  async *rows(source) {
    for await (const devices of source.devices()) {
      yield devices.map((device) => [
        levels[device.status],
        device.name,
        device.tenantName,
        device.groupName,
        device.reasons.join('; '),
        device.securityName ? `${device.securityName} ${device.securityVersion}`.trim() : 'not installed',
        device.isProtected ? 'running' : 'off',
        device.databasesReleasedAt,
        device.lastScanAt,
        device.lastSeenAt,
      ]);
    }
  },
  countedAs: ([status]) => String(status),
};
