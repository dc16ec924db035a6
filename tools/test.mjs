/**
 * `npm test`: checks, then every test; the last line is "N passed, N failed" (the checks count too).
 * `npm test -- tools/lib -t lock` hands its arguments to vitest and leaves the checks out.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { ensureConsoleBuilt } from './lib/build-console.mjs';
import { runChecks } from './lib/checks.mjs';
import { run } from './lib/child.mjs';
import { ensureDebianPackages } from './lib/debian-packages.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkPlatform, environmentFor, findNode } from './lib/node24.mjs';
import { inRoot } from './lib/root.mjs';
import { expected, runScript, say, step } from './lib/say.mjs';
import { readTotals } from './lib/test-totals.mjs';

const REPORT = inRoot('.build', 'test-report.json');

const runTests = async (node, args) => {
  mkdirSync(inRoot('.build'), { recursive: true });
  rmSync(REPORT, { force: true });
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const code = await run(
    node,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...args],
    { env: environmentFor(node) },
  );
  return { code, ...readTotals(REPORT) };
};

await runScript(async (args) => {
  checkPlatform();
  await ensureInstalled();
  await ensureDebianPackages();
  const node = findNode();
  // A console that does not build is one failure; what else is right or wrong is worth knowing all the same.
  const consoleProblem = await ensureConsoleBuilt(node).then(() => null, expected);
  const checks = args.length > 0 ? { passed: 0, failed: [] } : await step('Checks', () => runChecks(node));
  if (consoleProblem) {
    say(consoleProblem.message);
    checks.failed.push('build of the console');
  }
  const tests = await step('Tests', () => runTests(node, args));

  if (checks.failed.length > 0) say(`failed checks: ${checks.failed.join(', ')}`);
  if (tests.skipped > 0) say(`${tests.skipped} tests were skipped`);
  if (tests.passed + tests.failed === 0) say('no test ran');
  // vitest also fails for what no single test did, such as an error that nobody caught.
  const outsideTests = tests.code !== 0 && tests.failed === 0 ? 1 : 0;
  if (outsideTests > 0) say(`vitest ended with ${tests.code} although no test failed (see above)`);

  const failed = checks.failed.length + tests.failed + outsideTests;
  console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
  return failed > 0 || tests.passed === 0 ? 1 : 0;
});
