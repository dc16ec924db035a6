import { mostSoftware, type SoftwareItem } from '@gatehouse/contract';
import type { RunProgram } from '../facts/fact.ts';
import { below } from '../facts/read.ts';
import { parseDpkgStatus } from './dpkg.ts';
import { FLATPAK_COLUMNS, parseFlatpakList } from './flatpak.ts';
import { parseRpmQuery, RPM_QUERY } from './rpm.ts';
import { parseSnapList } from './snap.ts';

const ASK_TIMEOUT_MS = 60_000;

/** What changes whenever something is installed or removed; reading it costs nothing, unlike asking. */
const TRACES = [
  'var/lib/dpkg/status',
  'var/lib/rpm',
  'var/lib/rpm/rpmdb.sqlite',
  'var/lib/rpm/rpmdb.sqlite-wal',
  'var/lib/rpm/Packages',
  'usr/lib/sysimage/rpm',
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/rpmdb.sqlite-wal',
  'usr/lib/sysimage/rpm/Packages.db',
  'var/lib/flatpak/.changed',
  'var/lib/snapd/state.json',
];

/** What asks each manager of software, and what must be there for it to be worth asking. */
const PROGRAMS = [
  { trace: 'usr/bin/rpm', program: 'rpm', args: ['-qa', '--queryformat', RPM_QUERY], parse: parseRpmQuery },
  {
    trace: 'var/lib/flatpak',
    program: 'flatpak',
    args: ['list', '--system', `--columns=${FLATPAK_COLUMNS}`],
    parse: parseFlatpakList,
  },
  { trace: 'var/lib/snapd/snaps', program: 'snap', args: ['list'], parse: parseSnapList },
] as const;

const clipped = (item: SoftwareItem): SoftwareItem => ({
  ...item,
  name: item.name.slice(0, 256),
  version: item.version.slice(0, 128),
  arch: item.arch?.slice(0, 32) ?? null,
  publisher: item.publisher?.slice(0, 256) ?? null,
});

const keyOf = ({ name, source, version, arch }: SoftwareItem): string =>
  [name, source, version, arch ?? ''].join('\u0000');

/**
 * All software that the managers of this system know. Asked again only when one of their traces changed.
 * @throws when a manager that is there does not answer: half of a list would look like removals
 */
export const installedSoftware = ({ root, run }: { root: string; run: RunProgram }) => {
  const read = below(root);
  let known: { stamp: string; items: SoftwareItem[] } | null = null;

  const collect = async (): Promise<SoftwareItem[]> => {
    const found = parseDpkgStatus((await read.text('var/lib/dpkg/status')) ?? '');
    for (const { trace, program, args, parse } of PROGRAMS) {
      if (!(await read.exists(trace))) continue;
      const told = await run(program, [...args], { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
      if (!told) continue;
      if (told.exitCode !== 0) throw new Error(`${program} ended with ${told.exitCode}: ${told.stderr.slice(0, 200)}`);
      found.push(...parse(told.stdout));
    }
    const distinct = new Map(found.map((item) => [keyOf(item), clipped(item)]));
    return [...distinct]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item)
      .slice(0, mostSoftware);
  };

  return async (): Promise<readonly SoftwareItem[]> => {
    const times = await Promise.all(TRACES.map((path) => read.changedAt(path)));
    const stamp = times.map((at) => at?.getTime() ?? 0).join();
    if (known?.stamp !== stamp) known = { stamp, items: await collect() };
    return known.items;
  };
};
