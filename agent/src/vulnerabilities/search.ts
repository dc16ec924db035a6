import type { DeviceFacts, Vulnerability, VulnerabilityLevel } from '@gatehouse/contract';
import { AgentError } from '../errors.ts';
import type { RunProgram } from '../facts/fact.ts';
import { below } from '../facts/read.ts';
import { parseAptSimulation } from './apt.ts';
import { installsByItself } from './by-itself.ts';
import { parseDnfUpdateinfo } from './dnf.ts';
import { parseZypperPatches } from './zypper.ts';

export type FoundVulnerabilities = NonNullable<DeviceFacts['vulnerabilities']>;

/** The search could not be done; what an earlier one found stays. */
export class SearchFailed extends AgentError {
  readonly code = 'agent.vulnerability_search_failed';
  override readonly retryable = true;
}

const MOST_ITEMS = 200;
const SEARCH_TIMEOUT_MS = 600_000;
const rank: Record<VulnerabilityLevel, number> = { critical: 0, high: 1, medium: 2 };

/** The first that is there counts: a Debian may have dnf installed beside its own manager. */
const managers = [
  {
    trace: 'usr/bin/apt-get',
    program: 'apt-get',
    // It only simulates, so it needs no lock and does not wait for an installation that is under way.
    args: ['--simulate', '-o', 'Debug::NoLocking=true', '--quiet', 'dist-upgrade'],
    parse: parseAptSimulation,
  },
  {
    trace: 'usr/bin/dnf',
    program: 'dnf',
    args: ['--quiet', 'updateinfo', 'list', '--security'],
    parse: parseDnfUpdateinfo,
  },
  {
    trace: 'usr/bin/zypper',
    program: 'zypper',
    args: ['--non-interactive', '--quiet', 'list-patches', '--cve'],
    parse: parseZypperPatches,
  },
] as const;

/** What is there is known by name only where the manager of packages does not tell the version itself. */
const withInstalledVersions = (found: Vulnerability[], installed: ReadonlyMap<string, string>): Vulnerability[] =>
  found.map((each) =>
    each.installedVersion === '' ? { ...each, installedVersion: installed.get(each.software) ?? '' } : each,
  );

const clipped = ({ id, level, software, installedVersion, fixedVersion, ...rest }: Vulnerability): Vulnerability => ({
  ...rest,
  id: id.slice(0, 64),
  level,
  software: software.slice(0, 128),
  installedVersion: installedVersion.slice(0, 128),
  fixedVersion: fixedVersion?.slice(0, 128) ?? null,
});

/** Puts what was found in order: each once, the gravest first, all of it counted and the first 200 named. */
export const summarized = (found: Vulnerability[], checkedAt: Date): FoundVulnerabilities => {
  const distinct = [...new Map(found.map((each) => [`${each.id} ${each.software}`, each])).values()];
  const count = (level: VulnerabilityLevel) => distinct.filter((each) => each.level === level).length;
  const items = distinct.toSorted(
    (a, b) => rank[a.level] - rank[b.level] || a.software.localeCompare(b.software, 'en') || (a.id < b.id ? -1 : 1),
  );
  return {
    checkedAt: checkedAt.toISOString(),
    counts: { critical: count('critical'), high: count('high'), medium: count('medium') },
    items: items.slice(0, MOST_ITEMS).map(clipped),
  };
};

export interface SearchParts {
  root: string;
  run: RunProgram;
  /** Name and version of what is installed. */
  installed: () => Promise<readonly { name: string; version: string }[]>;
  now: () => Date;
}

/**
 * Looks for security updates that wait to be installed, by what the system's own manager of packages knows.
 * @throws SearchFailed when there is no manager that we know, or it does not answer
 */
export const searchVulnerabilities = async (
  { root, run, installed, now }: SearchParts,
  signal: AbortSignal,
): Promise<FoundVulnerabilities> => {
  const read = below(root);
  for (const { trace, program, args, parse } of managers) {
    if (!(await read.exists(trace))) continue;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(SEARCH_TIMEOUT_MS)]);
    const told = await run(program, [...args], { signal: limited });
    if (!told) continue;
    if (told.exitCode !== 0) {
      const reason = told.stderr.trim().split('\n').at(-1)?.slice(0, 300) || 'it gave no reason';
      throw new SearchFailed(`${program} ended with ${told.exitCode}: ${reason}`);
    }
    const versions = new Map((await installed()).map(({ name, version }) => [name, version]));
    const updateAssigned = await installsByItself(read);
    const found = withInstalledVersions(parse(told.stdout), versions);
    return summarized(
      found.map((each) => ({ ...each, updateAssigned })),
      now(),
    );
  }
  throw new SearchFailed('This system has neither apt nor dnf nor zypper to ask for security updates');
};
