import { chmod, cp, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NotSaid, ServiceFailed } from './errors.ts';
import { places } from './places.ts';

/** What the server needs to run, without the demo, the agent and all that only builds and tests. */
const WORKSPACES = ['contract', 'protocols', 'server'];
const FILES = ['LICENSE', 'NOTICE', 'README.md', 'package.json', 'docs', 'console/dist'];

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** The folders in which Node would look for `name` when `from` asks for it, nearest first. */
const placesOf = (from: string, name: string): string[] => {
  const found: string[] = [];
  for (let at = from; ; ) {
    found.push(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`);
    if (at === '') return found;
    const cut = at.lastIndexOf('/node_modules/');
    at = cut < 0 ? '' : at.slice(0, cut);
  }
};

/** Every library that the server needs, with what those need: folders below node_modules, from the lock file. */
export const librariesOf = (packages: Readonly<Record<string, Locked>>): string[] => {
  const found = new Set<string>();
  const add = (from: string): void => {
    const { dependencies, optionalDependencies } = packages[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name.startsWith('@gatehouse/')) continue;
      const at = placesOf(from, name).find((place) => place in packages);
      // Optional ones of other platforms have no entry, or one that was not installed.
      if (at === undefined || found.has(at)) continue;
      found.add(at);
      add(at);
    }
  };
  for (const workspace of WORKSPACES) add(workspace);
  return [...found];
};

// Resolves links itself: the command in /usr/local/bin may be linked to from elsewhere.
// Root becomes the service's user, or what the embedded stores write would be root's and shut the service out.
const launcher = (user: string) => `#!/bin/sh
here=$(dirname "$(dirname "$(readlink -f "$0")")")
: "\${GATEHOUSE_CONFIG:=${places.settings}}"
export GATEHOUSE_CONFIG
case "$1" in
  install | remove) ;;
  *) [ "$(id -u)" -ne 0 ] || exec runuser -u ${user} -- "$here/bin/node" "$here/server/src/main.ts" "$@" ;;
esac
exec "$here/bin/node" "$here/server/src/main.ts" "$@"
`;

const isShipped = (path: string): boolean => !/[.](test|testing)[.]tsx?$|\/testing(\/|$)/.test(path);
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The version in a folder that holds the program, or null. */
export const versionIn = async (folder: string): Promise<string | null> => {
  const file = join(folder, 'package.json');
  return (await isThere(file))
    ? String((JSON.parse(await readFile(file, 'utf8')) as { version: string }).version)
    : null;
};

/**
 * Lays the program out so that it runs by itself: sources, libraries, the built console and a Node.
 * @param from the checkout @param folder is made @param user the one that the service runs as
 * @throws NotSaid when it is no checkout; ServiceFailed when the checkout is not whole
 */
export const layOutProgram = async ({
  from,
  folder,
  node,
  user,
}: {
  from: string;
  folder: string;
  node: string;
  user: string;
}): Promise<void> => {
  // An installation has none: what it holds was chosen by one.
  if (!(await isThere(join(from, 'package-lock.json')))) {
    throw new NotSaid(
      'install.no-checkout',
      `Nothing was installed: ${from} is no checkout of Gatehouse but an installed program. For another version, get its checkout, start it there once, and run there: sudo npm run gatehouse -- install --accept-license. For another setting, change ${places.settings} and run: systemctl restart gatehouse`,
    );
  }
  if (!(await isThere(join(from, 'console', 'dist', 'index.html')))) {
    throw new ServiceFailed('The console is not built yet: start Gatehouse once with npm start, or run npm run check');
  }
  const copy = (path: string) => cp(join(from, path), join(folder, path), { recursive: true, filter: isShipped });
  for (const workspace of WORKSPACES) {
    await copy(join(workspace, 'src'));
    await copy(join(workspace, 'package.json'));
  }
  for (const file of FILES) await copy(file);
  const { packages } = JSON.parse(await readFile(join(from, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  for (const at of librariesOf(packages)) {
    if (!(await isThere(join(from, at)))) continue; // made for another platform
    await mkdir(dirname(join(folder, at)), { recursive: true });
    await cp(join(from, at), join(folder, at), { recursive: true });
  }
  await mkdir(join(folder, 'node_modules', '@gatehouse'), { recursive: true });
  // Links, since Node strips types outside of node_modules only and looks at where a file really lies.
  for (const name of ['contract', 'protocols']) {
    await symlink(`../../${name}`, join(folder, 'node_modules', '@gatehouse', name));
  }
  await mkdir(join(folder, 'bin'), { recursive: true });
  await cp(node, join(folder, 'bin', 'node'), { dereference: true });
  await writeFile(join(folder, 'bin', 'gatehouse'), launcher(user));
  await chmod(join(folder, 'bin', 'gatehouse'), 0o755);
};
