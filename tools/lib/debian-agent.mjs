/** Lays out and builds the agent as a Debian package: programs, systemd unit, settings that an upgrade leaves alone. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { layOutAgent } from './agent-package.mjs';
import { inRoot } from './root.mjs';
import { CannotGoOn } from './say.mjs';

const HOME = '/opt/gatehouse-agent';
const STATE = '/var/lib/gatehouse-agent';
const SETTINGS = '/etc/default/gatehouse-agent';
const UNIT = 'gatehouse-agent.service';

/** What dpkg calls the kinds of processors that Node names. */
const architectures = { x64: 'amd64', arm64: 'arm64' };

const SETTINGS_TEXT = `# Settings of the Gatehouse agent; \`gatehouse-agent help\` lists all of them, \`gatehouse-agent config\` shows what holds.
# After a change: systemctl restart gatehouse-agent
#GATEHOUSE_AGENT_SERVER=https://gatehouse.example
#GATEHOUSE_AGENT_TOKEN=
#GATEHOUSE_AGENT_PROXY=http://name:password@proxy.example:3128
#GATEHOUSE_AGENT_CERTIFICATE_FINGERPRINT=
#GATEHOUSE_AGENT_WATCH=/home:/srv
`;

// dpkg sets DPKG_ROOT when it installs into a folder that is not this system: then nothing of this system is touched.
const systemd = `systemd_runs() { [ -z "\${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; }`;

const scripts = {
  postinst: `#!/bin/sh
set -e
${systemd}
if [ "$1" = configure ]; then
  mkdir -p "\${DPKG_ROOT:-}${STATE}"
  chmod 0700 "\${DPKG_ROOT:-}${STATE}"
  if systemd_runs; then
    systemctl daemon-reload
    systemctl enable --quiet ${UNIT}
    if [ -e ${STATE}/identity.json ] || grep -q '^GATEHOUSE_AGENT_TOKEN=.' ${SETTINGS}; then
      systemctl restart ${UNIT}
    else
      echo "The agent is not enrolled yet: gatehouse-agent enrol --server URL --token TOKEN, then systemctl start gatehouse-agent"
    fi
  fi
fi
`,
  prerm: `#!/bin/sh
set -e
${systemd}
if [ "$1" = remove ] && systemd_runs; then
  systemctl disable --now --quiet ${UNIT}
fi
`,
  postrm: `#!/bin/sh
set -e
${systemd}
if [ "$1" = purge ]; then
  rm -rf "\${DPKG_ROOT:-}${STATE}"
fi
if systemd_runs; then
  systemctl daemon-reload
fi
`,
};

const kibibytesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 1024), 0);

const controlOf = ({ version, kibibytes }) => `Package: gatehouse-agent
Version: ${version}
Section: admin
Priority: optional
Architecture: ${architectures[process.arch]}
Maintainer: Gatehouse <gatehouse@localhost>
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libstdc++6
Recommends: clamav, clamav-daemon, clamav-freshclam
Description: device agent of Gatehouse
 Tells a Gatehouse server what is true of this device, scans for malicious
 objects, moves them away, and carries out what an administrator asks for.
`;

/** The unit as the agent itself writes it, for where the package puts the agent. */
const renderUnit = (node) => {
  const options = {
    node: `${HOME}/bin/node`,
    mainFile: `${HOME}/agent/src/main.ts`,
    stateDir: STATE,
    signatureDir: '/var/lib/clamav',
    environmentFile: SETTINGS,
  };
  const from = JSON.stringify(pathToFileURL(inRoot('agent', 'src', 'service-unit.ts')).href);
  const code = `import { renderUnit } from ${from}; process.stdout.write(renderUnit(${JSON.stringify(options)}));`;
  const { status, stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
  if (status !== 0) throw new CannotGoOn(`The unit of the service could not be written: ${stderr}`);
  return stdout;
};

export const hasDpkg = () => spawnSync('dpkg-deb', ['--version']).error === undefined;

/**
 * @param folder is made anew, and holds what the package holds @param file the package to write
 * @param compression from 1 (fast) to 9 (small)
 */
export const buildDebian = (folder, file, { version, node, compression = 6 }) => {
  if (!(process.arch in architectures)) throw new CannotGoOn(`There is no Debian package for ${process.arch}.`);
  rmSync(folder, { recursive: true, force: true });
  const at = (path) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    return join(folder, path);
  };
  layOutAgent(at(HOME), node);
  symlinkSync(`../..${HOME}/bin/gatehouse-agent`, at('/usr/bin/gatehouse-agent'));
  writeFileSync(at(`/lib/systemd/system/${UNIT}`), renderUnit(node));
  // It may hold a token.
  writeFileSync(at(SETTINGS), SETTINGS_TEXT, { mode: 0o600 });
  for (const name of ['LICENSE', 'NOTICE']) cpSync(inRoot(name), at(`/usr/share/doc/gatehouse-agent/${name}`));
  const kibibytes = kibibytesBelow(folder);
  writeFileSync(at('/DEBIAN/control'), controlOf({ version, kibibytes }));
  writeFileSync(at('/DEBIAN/conffiles'), `${SETTINGS}\n`);
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(at(`/DEBIAN/${name}`), text);
    chmodSync(at(`/DEBIAN/${name}`), 0o755);
  }
  for (const path of ['', 'DEBIAN', 'etc', 'etc/default', 'opt', 'usr', 'lib']) chmodSync(join(folder, path), 0o755);
  const args = ['--root-owner-group', '-Zgzip', `-z${compression}`, '--build', folder, file];
  const { status, stderr } = spawnSync('dpkg-deb', args, { encoding: 'utf8' });
  if (status !== 0) throw new CannotGoOn(`dpkg-deb could not write ${file}: ${stderr}`);
};
