import type { SoftwareItem } from '@gatehouse/contract';

/** `snap list`: columns by blanks under `Name Version Rev Tracking Publisher Notes`; a verified publisher has a mark. */
export const parseSnapList = (text: string): SoftwareItem[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [name, version, , , publisher] = line.trim().split(/\s+/);
      if (!name || !version) return [];
      const maker = publisher?.replace(/[*✓]+$/u, '');
      return [
        {
          source: 'snap',
          name,
          version,
          arch: null,
          publisher: maker && maker !== '-' ? maker : null,
          sizeBytes: null,
        },
      ];
    });
