import type { SoftwareItem } from '@gatehouse/contract';

export const FLATPAK_COLUMNS = 'application,name,version,arch,origin';

/** `flatpak list --columns=…`: tabs between, no heading when it is no terminal. */
export const parseFlatpakList = (text: string): SoftwareItem[] =>
  text.split('\n').flatMap((line) => {
    const [application, , version, arch, origin] = line.split('\t').map((part) => part.trim());
    if (!application?.includes('.')) return [];
    return [
      {
        source: 'flatpak',
        name: application,
        // Some applications tell no version of their own.
        version: version || '-',
        arch: arch || null,
        publisher: origin || null,
        sizeBytes: null,
      },
    ];
  });
