import type { SoftwareItem } from '@gatehouse/contract';

const KIB = 1024;

/** The `status` file of dpkg: stanzas of fields, of which only whole installations count (dpkg-query(1), "Status"). */
export const parseDpkgStatus = (text: string): SoftwareItem[] =>
  text.split(/\n\n+/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1]?.trim();
    const [name, version] = [field('Package'), field('Version')];
    if (!name || !version || !/ installed$/.test(field('Status') ?? '')) return [];
    const kibibytes = Number(field('Installed-Size'));
    return [
      {
        source: 'dpkg',
        name,
        version,
        arch: field('Architecture') ?? null,
        publisher: field('Maintainer')?.replace(/\s*<[^>]*>$/, '') ?? null,
        sizeBytes: Number.isFinite(kibibytes) ? kibibytes * KIB : null,
      },
    ];
  });
