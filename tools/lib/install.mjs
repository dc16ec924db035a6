/** Brings node_modules to what package-lock.json says, and does nothing when it is there already. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { run } from './child.mjs';
import { inRoot, root } from './root.mjs';
import { CannotGoOn, say, step } from './say.mjs';

const MARKER = inRoot('node_modules', '.gatehouse-installed');

/** What the installation was made from. Another lock, or the same folder on another processor, is another one. */
const fingerprint = () =>
  createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** npm's own record of what it put into node_modules holds every package that the lock demands on every platform. */
const isInstalledByHand = () => {
  const record = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson(inRoot('package-lock.json')).packages).every(
    ([at, entry]) =>
      !at.startsWith('node_modules/') || entry.optional || entry.link || installed[at]?.version === entry.version,
  );
};

/** npm without our own node_modules/.bin: it must not run on the Node that it is about to replace. */
export const npmEnvironment = () => ({
  ...process.env,
  PATH: (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(inRoot('node_modules')))
    .join(delimiter),
});

const npm = async (...args) => {
  try {
    return await run('npm', args, { env: npmEnvironment(), cwd: root });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new CannotGoOn('npm was not found. Install Node together with npm, then run this again.');
  }
};

/** @throws CannotGoOn when npm could not do it; what npm said stands above */
export const ensureInstalled = async () => {
  const wanted = fingerprint();
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8').trim() === wanted) return;
  if (!isInstalledByHand()) {
    await step('Installing dependencies (the first time takes about a minute)', async () => {
      rmSync(MARKER, { force: true });
      if ((await npm('ci')) === 0) return;
      say('npm ci did not succeed; trying npm install');
      const code = await npm('install', '--no-audit', '--no-fund');
      if (code === 0) return;
      throw new CannotGoOn(
        `The dependencies could not be installed (npm ended with ${code}; its own words are above). ` +
          'Check that this machine reaches its npm registry and has 2 GB of free disk, then run the same command again.',
      );
    });
  }
  writeFileSync(MARKER, `${wanted}\n`);
};
