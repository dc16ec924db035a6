/** What must hold beside the tests. Each check is one command; its words are shown only when it fails. */
import { cpus } from 'node:os';
import { capture } from './child.mjs';
import { environmentFor } from './node24.mjs';
import { inRoot } from './root.mjs';
import { say, seconds } from './say.mjs';

const bin = (name) => inRoot('node_modules', '.bin', name);

const CHECKS = [
  {
    title: 'format and lint',
    command: () => [bin('biome'), 'ci', '--colors=off', '--diagnostic-level=warn', '--error-on-warnings', '.'],
  },
  { title: 'types', command: () => [bin('tsc'), '-p', 'tsconfig.json', '--pretty', 'false'] },
  { title: 'types of the console', command: () => [bin('tsc'), '-p', 'console/tsconfig.json', '--pretty', 'false'] },
  { title: 'import rules', command: (node) => [node, inRoot('tools/check-imports.ts')] },
  { title: 'dead code', command: () => [bin('knip'), '--no-progress', '--no-config-hints'] },
  { title: 'lock file', command: (node) => [node, inRoot('tools/check-lock.mjs')] },
];

/** @returns how many checks passed and the titles of those that failed */
export const runChecks = async (node) => {
  const waiting = [...CHECKS];
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const begun = performance.now();
      const [program, ...args] = check.command(node);
      const { code, text } = await capture(program, args, { env: environmentFor(node, { NO_COLOR: '1' }) });
      const took = seconds(performance.now() - begun);
      if (code !== 0) failed.push(check.title);
      say(
        code === 0
          ? `check ${check.title}: fine (${took})`
          : `check ${check.title}: FAILED (${took})\n${text.trimEnd()}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, worker));
  return { passed: CHECKS.length - failed.length, failed };
};
