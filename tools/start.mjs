/** `npm start [-- flags]`: from a fresh clone to a running Gatehouse. Plain JavaScript: it runs before anything is installed. */
import { ensureConsoleBuilt } from './lib/build-console.mjs';
import { run } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkPlatform, environmentFor, findNode } from './lib/node24.mjs';
import { inRoot } from './lib/root.mjs';
import { runScript } from './lib/say.mjs';

// Password hashing and the event engine's calls each hold a pool thread; four of them (the default) would queue up.
const POOL_THREADS = '16';

/** `npm start -- config` runs another command of the server's command line. */
const commandAndFlags = (args) => (args[0] !== undefined && !args[0].startsWith('-') ? args : ['serve', ...args]);

await runScript(async (args) => {
  checkPlatform();
  await ensureInstalled();
  const node = findNode();
  await ensureConsoleBuilt(node);
  return run(node, [inRoot('server', 'src', 'main.ts'), ...commandAndFlags(args)], {
    env: environmentFor(node, { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? POOL_THREADS }),
  });
});
