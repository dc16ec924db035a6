/** Builds the web console when what it is made from has changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.mjs';
import { environmentFor } from './node24.mjs';
import { inRoot } from './root.mjs';
import { CannotGoOn, step } from './say.mjs';

const MADE_FROM = ['console', 'contract/src', 'package-lock.json', 'tsconfig.base.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', 'test']);

/** Every source file below a path, in a stable order. */
const filesOf = (path) => {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const at = join(path, entry.name);
    if (!entry.isDirectory()) return [at];
    return NOT_SOURCES.has(entry.name) ? [] : filesOf(at);
  });
};

const fingerprint = () => {
  const hash = createHash('sha256');
  for (const source of MADE_FROM) {
    const path = inRoot(source);
    for (const file of source.includes('.') ? [path] : filesOf(path)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
};

/** @throws CannotGoOn when the console does not build */
export const ensureConsoleBuilt = async (node) => {
  const marker = inRoot('.build', 'console-built-from');
  const wanted = fingerprint();
  const isBuilt = existsSync(inRoot('console', 'dist', 'index.html'));
  if (isBuilt && existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  rmSync(marker, { force: true });
  await step('Building the console', async () => {
    const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
    const code = await run(node, [vite, 'build', '--logLevel', 'warn'], {
      env: environmentFor(node),
      cwd: inRoot('console'),
    });
    if (code !== 0) throw new CannotGoOn(`The console could not be built (see above; vite ended with ${code}).`);
  });
  mkdirSync(inRoot('.build'), { recursive: true });
  writeFileSync(marker, wanted);
};
