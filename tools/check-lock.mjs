/** package-lock.json names every platform's packages and no download address, and `npm ci` would take it. */
import { readFileSync } from 'node:fs';
import { capture } from './lib/child.mjs';
import { npmEnvironment } from './lib/install.mjs';
import { problemsOfLock } from './lib/lock-file.mjs';
import { inRoot } from './lib/root.mjs';
import { CannotGoOn, runScript } from './lib/say.mjs';

await runScript(async () => {
  const problems = problemsOfLock(JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')));
  if (problems.length > 0) {
    throw new CannotGoOn(`package-lock.json: ${problems.join('; ')}. Mend it with: node tools/fix-lock.mjs`);
  }
  const { code, text } = await capture('npm', ['ci', '--dry-run', '--no-audit', '--no-fund'], {
    env: npmEnvironment(),
  });
  if (code !== 0) throw new CannotGoOn(`npm ci would not take package-lock.json:\n${text}`);
  return 0;
});
