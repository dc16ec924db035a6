/** Lays out the agent so that it runs on a device by itself: its sources, the libraries it needs, and a Node. */
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { placesOf } from './lock-file.mjs';
import { inRoot } from './root.mjs';
import { CannotGoOn } from './say.mjs';

const WORKSPACES = ['agent', 'contract'];

// Resolves links itself: people link the program into /usr/local/bin.
const LAUNCHER = `#!/bin/sh
here=$(dirname "$(dirname "$(readlink -f "$0")")")
exec "$here/bin/node" "$here/agent/src/main.ts" "$@"
`;

/** Every library that the agent needs, with what those need: folders below node_modules, from the lock file. */
const librariesOf = (packages) => {
  const found = new Set();
  const add = (from) => {
    for (const name of Object.keys(packages[from].dependencies ?? {})) {
      if (name.startsWith('@gatehouse/')) continue;
      const at = placesOf(from, name).find((place) => place in packages);
      if (at === undefined) throw new CannotGoOn(`package-lock.json has no entry for ${name}, which ${from} needs.`);
      if (found.has(at)) continue;
      found.add(at);
      add(at);
    }
  };
  for (const workspace of WORKSPACES) add(workspace);
  return [...found];
};

const isShipped = (path) => !/[.](test|testing)[.]ts$|\/testing(\/|$)|\/node_modules$/.test(path);

/** @param folder is made; @param node the Node that the device shall use */
export const layOutAgent = (folder, node) => {
  const copy = (path) => cpSync(inRoot(path), join(folder, path), { recursive: true, filter: isShipped });
  for (const workspace of WORKSPACES) {
    copy(join(workspace, 'src'));
    copy(join(workspace, 'package.json'));
  }
  copy('agent/packaging');
  for (const file of ['LICENSE', 'NOTICE', 'docs/agent.md', 'docs/agent-protocol.md']) copy(file);

  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
  for (const at of librariesOf(packages)) {
    mkdirSync(dirname(join(folder, at)), { recursive: true });
    cpSync(inRoot(at), join(folder, at), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules', '@gatehouse'), { recursive: true });
  // A link, since Node strips types outside of node_modules only and looks at where a file really lies.
  symlinkSync('../../contract', join(folder, 'node_modules', '@gatehouse', 'contract'));

  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(node, join(folder, 'bin', 'node'), { dereference: true });
  writeFileSync(join(folder, 'bin', 'gatehouse-agent'), LAUNCHER);
  chmodSync(join(folder, 'bin', 'gatehouse-agent'), 0o755);
};
