/** `npm run main-job`: installs, builds the console and runs the main story from beginning to end. */
import { ensureConsoleBuilt } from './lib/build-console.mjs';
import { run } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkPlatform, environmentFor, findNode } from './lib/node24.mjs';
import { inRoot } from './lib/root.mjs';
import { runScript } from './lib/say.mjs';

await runScript(async (args) => {
  checkPlatform();
  await ensureInstalled();
  const node = findNode();
  await ensureConsoleBuilt(node);
  return run(node, [inRoot('tools', 'main-job.ts'), ...args], { env: environmentFor(node) });
});
