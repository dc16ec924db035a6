/** `node tools/run.mjs FILE.ts [args]`: one of our TypeScript programs, on a Node that runs TypeScript. */
import { run } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { environmentFor, findNode } from './lib/node24.mjs';
import { inRoot } from './lib/root.mjs';
import { CannotGoOn, runScript } from './lib/say.mjs';

await runScript(async ([file, ...args]) => {
  if (file === undefined) throw new CannotGoOn('say which file to run: node tools/run.mjs FILE.ts [arguments]');
  await ensureInstalled();
  const node = findNode();
  return run(node, [inRoot(file), ...args], { env: environmentFor(node) });
});
