import type { DeviceFacts } from '@gatehouse/contract';

/** What agents tell beyond the first facts: of each tenth device much, of the others what is usual, of a few nothing. */
export const moreFacts = (
  at: number,
  { ago, idOf }: { ago: (ms: number) => string; idOf: (name: string) => string },
): Partial<DeviceFacts> => {
  if (at === 11) return {};
  const isTroubled = at % 10 === 0;
  return {
    updatesSearchedAt: ago(5 * 3_600_000),
    encryption: {
      systemVolumeEncrypted: !isTroubled,
      method: isTroubled ? null : 'LUKS 2',
      result: isTroubled ? 'not-supported' : null,
    },
    incompatibleApplications: isTroubled ? [{ name: 'esets', version: '8.1.9' }] : [],
    vulnerabilities:
      at % 4 === 1
        ? null
        : {
            checkedAt: ago(7 * 3_600_000),
            counts: isTroubled ? { critical: 1, high: 2, medium: 1 } : { critical: 0, high: 0, medium: 0 },
            items: isTroubled
              ? [
                  {
                    id: 'RHSA-2023:5214',
                    level: 'critical',
                    software: 'libwebp',
                    installedVersion: '1.2.0-3.el9',
                    fixedVersion: '1.2.0-7.el9_2',
                  },
                  {
                    id: 'openssl',
                    level: 'high',
                    software: 'openssl',
                    installedVersion: '3.0.11-1~deb12u1',
                    fixedVersion: '3.0.15-1~deb12u1',
                  },
                  {
                    id: 'CVE-2026-4863',
                    level: 'high',
                    software: 'unzip',
                    installedVersion: '6.0-28',
                    fixedVersion: null,
                  },
                  { id: 'curl', level: 'medium', software: 'curl', installedVersion: '7.88', fixedVersion: '7.89' },
                ]
              : [],
          },
    quarantine: isTroubled
      ? ['/home/anna/Downloads/keygen.exe', `/srv/${'very-long-folder/'.repeat(9)}macro.docm`].map((path, index) => ({
          id: idOf(`quarantine ${at} ${index}`),
          path,
          threatName: 'Win.Trojan.Agent',
          sizeBytes: 52_000 * (index + 1),
          quarantinedAt: ago((index + 1) * 86_400_000),
        }))
      : [],
    hardware: {
      vendor: 'LENOVO',
      model: '20XW0044GE',
      serialNumber: `PF-${1000 + at}`,
      processor: '11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz',
      processorCores: 8,
      memoryBytes: 16_284_716 * 1024,
      virtualMachine: false,
      networkAdapters: [{ name: 'eth0', macAddress: '02:00:00:00:00:0a', speedMbit: 1000 }],
      storage: [{ name: 'nvme0n1', model: 'SAMSUNG MZVL2512', sizeBytes: 512_110_190_592 }],
    },
  };
};
