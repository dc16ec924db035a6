/**
 * `npm run pack:agent`: one archive with all that a device needs to run the agent, and where dpkg-deb is at hand the
 * same as a Debian package.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { layOutAgent } from './lib/agent-package.mjs';
import { run } from './lib/child.mjs';
import { buildDebian, hasDpkg } from './lib/debian-agent.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkPlatform, findNode } from './lib/node24.mjs';
import { inRoot } from './lib/root.mjs';
import { CannotGoOn, runScript, say, step } from './lib/say.mjs';

await runScript(async () => {
  checkPlatform();
  await ensureInstalled();
  const { version } = JSON.parse(readFileSync(inRoot('agent', 'package.json'), 'utf8'));
  const folder = inRoot('.build', 'agent', 'gatehouse-agent');
  const archive = inRoot('.build', `gatehouse-agent-${version}-${process.platform}-${process.arch}.tar.gz`);
  await step('Packing the agent', async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    layOutAgent(folder, findNode());
    const code = await run('tar', [
      '-C',
      inRoot('.build', 'agent'),
      '--owner=0',
      '--group=0',
      '-czf',
      archive,
      'gatehouse-agent',
    ]);
    if (code !== 0) throw new CannotGoOn(`tar could not write ${archive} (it ended with ${code}; see above).`);
    rmSync(folder, { recursive: true, force: true });
  });
  const debian = inRoot('.build', `gatehouse-agent_${version}_${process.arch === 'x64' ? 'amd64' : process.arch}.deb`);
  if (hasDpkg()) {
    await step('Building the Debian package', async () => {
      const laidOut = inRoot('.build', 'agent', 'debian');
      buildDebian(laidOut, debian, { version, node: findNode() });
      rmSync(laidOut, { recursive: true, force: true });
    });
    say(`Debian and Ubuntu: apt install ${debian}`);
  }
  say(`Copy ${archive} to the device; there, as root:`);
  console.log('  tar -C /opt -xzf gatehouse-agent-*.tar.gz');
  console.log('  ln -s /opt/gatehouse-agent/bin/gatehouse-agent /usr/local/bin/');
  return 0;
});
