import type { ReportKind } from '../report.ts';

const GIGABYTE = 1_000_000_000;
const GIBIBYTE = 1_073_741_824;

/** What devices are made of, as their agents tell. */
export const hardware: ReportKind = {
  id: 'hardware',
  // The documentation's list of report types has none for hardware: far from all that may be given out there.
  number: 10_001,
  title: 'Hardware',
  description: 'Processor, memory, storage and network addresses of devices',
  needs: 'devices:read',
  takesPeriod: false,
  takesGroups: true,
  columns: [
    { title: 'Device', kind: 'text', width: 14 },
    { title: 'Client', kind: 'text', width: 12 },
    { title: 'Group', kind: 'text', width: 14 },
    { title: 'Operating system', kind: 'text', width: 16 },
    { title: 'Vendor and model', kind: 'text', width: 16 },
    { title: 'Serial number', kind: 'text', width: 12 },
    { title: 'Processor', kind: 'text', width: 20 },
    { title: 'Cores', kind: 'number', width: 5 },
    { title: 'Memory, GiB', kind: 'number', width: 6 },
    { title: 'Storage, GB', kind: 'number', width: 6 },
    { title: 'MAC addresses', kind: 'text', width: 14 },
    { title: 'Virtual', kind: 'text', width: 6 },
  ],
  async *rows(source) {
    for await (const devices of source.devices()) {
      yield devices.map(({ facts: { hardware: told }, ...device }) => [
        device.name,
        device.tenantName,
        device.groupName,
        device.osName,
        [told?.vendor, told?.model].filter(Boolean).join(' '),
        told?.serialNumber ?? '',
        told?.processor ?? '',
        told?.processorCores ?? null,
        told?.memoryBytes ? Math.round((told.memoryBytes / GIBIBYTE) * 10) / 10 : null,
        told ? Math.round(told.storage.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / GIGABYTE) : null,
        told?.networkAdapters.map(({ macAddress }) => macAddress).join(', ') ?? '',
        told?.virtualMachine === true ? 'yes' : told?.virtualMachine === false ? 'no' : '',
      ]);
    }
  },
  countedAs: (row) => String(row[3] ?? ''),
};
