/** `npm run check`: everything that must hold beside the tests. */
import { runChecks } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { findNode } from './lib/node24.mjs';
import { runScript } from './lib/say.mjs';

await runScript(async () => {
  await ensureInstalled();
  const { failed } = await runChecks(findNode());
  return failed.length === 0 ? 0 : 1;
});
