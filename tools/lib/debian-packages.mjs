/** Programs that the tests drive and that npm cannot bring: a browser, a virus scanner and a PostgreSQL server. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, run } from './child.mjs';
import { CannotGoOn, step } from './say.mjs';

// clamd and other daemons live in /usr/sbin, which is not on everybody's PATH.
const onPath = (program) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin'].some((folder) =>
    existsSync(join(folder, program)),
  );

const hasPostgresServer = () => {
  const versions = '/usr/lib/postgresql';
  return (
    existsSync(versions) && readdirSync(versions).some((version) => existsSync(join(versions, version, 'bin/initdb')))
  );
};

const NEEDED = [
  { name: 'chromium', isThere: () => onPath('chromium') },
  { name: 'clamav', isThere: () => onPath('clamscan') },
  { name: 'clamav-daemon', isThere: () => onPath('clamd') },
  { name: 'postgresql', isThere: hasPostgresServer },
];

const missingOf = (needed) => needed.filter((wanted) => !wanted.isThere()).map((wanted) => wanted.name);

/** How this user may become root without being asked: [] when he is, null when he may not. */
const rootPrefix = async () => {
  if (process.getuid?.() === 0) return [];
  return (await capture('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : null;
};

/** @throws CannotGoOn naming what to install when we may not, or when apt-get could not */
export const ensureDebianPackages = async (needed = NEEDED) => {
  const names = missingOf(needed);
  if (names.length === 0) return;
  const command = `apt-get install ${names.join(' ')}`;
  const prefix = onPath('apt-get') ? await rootPrefix() : null;
  if (prefix === null) {
    throw new CannotGoOn(`The tests need programs that are not here. On Debian or Ubuntu, as root: ${command}`);
  }
  await step(`Installing Debian packages: ${names.join(', ')}`, async () => {
    const aptGet = (...args) => {
      const [program, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
      return run(program, rest, { quiet: true });
    };
    await aptGet('update');
    await aptGet('install', '--yes', '--no-install-recommends', ...names);
  });
  const still = missingOf(needed);
  if (still.length > 0) {
    throw new CannotGoOn(`apt-get did not bring: ${still.join(', ')}. Install it by hand, as root: ${command}`);
  }
};
