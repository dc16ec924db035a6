import type { ReportKind } from '../report.ts';

/** Applications on devices that stand in the way of the security application. */
export const incompatibleApplications: ReportKind = {
  id: 'incompatible-applications',
  number: 8,
  title: 'Incompatible applications',
  description: 'Applications on devices that stand in the way of the security application',
  needs: 'devices:read',
  takesPeriod: false,
  takesGroups: true,
  columns: [
    { title: 'Application', kind: 'text', width: 24 },
    { title: 'Version', kind: 'text', width: 12 },
    { title: 'Device', kind: 'text', width: 16 },
    { title: 'Client', kind: 'text', width: 14 },
    { title: 'Group', kind: 'text', width: 18 },
    { title: 'Last seen', kind: 'moment', width: 12 },
  ],
  async *rows(source) {
    for await (const devices of source.devices()) {
      yield devices.flatMap((device) =>
        (device.facts.incompatibleApplications ?? []).map(({ name, version }) => [
          name,
          version,
          device.name,
          device.tenantName,
          device.groupName,
          device.lastSeenAt,
        ]),
      );
    }
  },
  countedAs: ([name]) => String(name),
};
