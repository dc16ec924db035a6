/**
 * `npm run publish:agent -- --data-dir DIR --version VERSION [--key FILE] PACKAGE`: offers a version of the agent to all
 * devices of the server that works with this data folder. Devices install it only where somebody set `updateProgram`.
 */
import { parseArgs } from 'node:util';
import { publishPackage } from './lib/publish-package.mjs';
import { CannotGoOn, runScript, say } from './lib/say.mjs';

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'data-dir': { type: 'string' }, version: { type: 'string' }, key: { type: 'string' } },
  });
  const [file, ...more] = positionals;
  const { 'data-dir': dataDir, version, key } = values;
  if (!file || more.length > 0 || !dataDir || !version) {
    throw new CannotGoOn('npm run publish:agent -- --data-dir DIR --version VERSION [--key FILE] PACKAGE');
  }
  const { sha256, keyFile, isNewKey } = await publishPackage({ file, dataDir, version, keyFile: key });
  say(`Version ${version} (${sha256.slice(0, 12)}) is offered from now on.`);
  if (isNewKey) {
    console.log(`  ${keyFile} is new: keep it. Devices that enrolled before it was made trust no version yet;`);
    console.log('  enrol them again, or name the key they know with --key.');
  }
  return 0;
});
