import type { SoftwareItem } from '@gatehouse/contract';

/** Fields by tabs, one package a line; `(none)` is how rpm says that there is no value. */
export const RPM_QUERY = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{VENDOR}\\t%{SIZE}\\n';

export const parseRpmQuery = (text: string): SoftwareItem[] =>
  text.split('\n').flatMap((line) => {
    const [name, epoch, version, arch, vendor, size] = line.split('\t');
    // Keys of signatures are kept among the packages.
    if (!name || !version || name === 'gpg-pubkey') return [];
    const or = (value: string | undefined) => (value && value !== '(none)' ? value : null);
    return [
      {
        source: 'rpm',
        name,
        version: epoch && epoch !== '0' ? `${epoch}:${version}` : version,
        arch: or(arch),
        publisher: or(vendor),
        sizeBytes: /^\d+$/.test(size ?? '') ? Number(size) : null,
      },
    ];
  });
