import type { Vulnerability } from '@gatehouse/contract';

/** Archives in which distributions put security updates: Debian's, Ubuntu's, and those of its paid support. */
const SECURITY_ORIGIN = /^(Debian-Security:|[^/]*\/[^/]*-security$)/;

/**
 * `Inst openssl [3.0.11-1] (3.0.15-1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []`,
 * as `apt-get --simulate dist-upgrade` prints for each package that it would upgrade.
 *
 * Apt knows no grade and no CVE number: what is in a security archive was judged worth an update outside of the usual
 * ones, which the archive's own rules call urgency high. So that is the level of all of them.
 */
export const parseAptSimulation = (text: string): Vulnerability[] =>
  text.split('\n').flatMap((line) => {
    const [, software, installedVersion, inBrackets] = /^Inst (\S+) \[([^\]]+)\] \((.*?)\)/.exec(line) ?? [];
    if (!software || !installedVersion || !inBrackets) return [];
    const [fixedVersion = '', ...rest] = inBrackets.replace(/ \[[^\]]*\]$/, '').split(' ');
    const origins = rest.join(' ').split(', ');
    if (!origins.some((origin) => SECURITY_ORIGIN.test(origin))) return [];
    return [{ id: software, level: 'high', software, installedVersion, fixedVersion }];
  });
