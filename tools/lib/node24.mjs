/**
 * The Node that runs Gatehouse. Its code is TypeScript that Node runs as it is, which needs 22.18 or newer; the scripts
 * themselves run on Node 20. Where the machine's Node is older, the runtime comes with the dependencies.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inRoot } from './root.mjs';
import { CannotGoOn } from './say.mjs';

const NEEDED = '22.18';

const isNewEnough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
};

/** The engines that come along (the event engine first of all) are built for these. */
const SUPPORTED = ['linux-x64', 'linux-arm64'];

/** Null on systems with another C library (Alpine), for which the engines are not built. */
const glibcVersion = () => {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ?? null;
};

/** @throws CannotGoOn on a platform for which the engines do not exist */
export const checkPlatform = (platform = process.platform, arch = process.arch, glibc = glibcVersion()) => {
  const isSupported = SUPPORTED.includes(`${platform}-${arch}`);
  if (isSupported && glibc !== null) return;
  const here = isSupported ? `${platform} on ${arch} with another C library` : `${platform} on ${arch}`;
  throw new CannotGoOn(
    `Gatehouse runs on Linux (x64 or arm64, glibc); this is ${here}. Use a Linux machine, a virtual machine or WSL 2.`,
  );
};

/** The path of a Node that can run Gatehouse. @throws CannotGoOn when the dependencies brought none */
export const findNode = ({
  version = process.versions.node,
  platform = process.platform,
  arch = process.arch,
} = {}) => {
  if (isNewEnough(version)) return process.execPath;
  const brought = inRoot('node_modules', `node-${platform}-${arch}`, 'bin', 'node');
  if (existsSync(brought)) return brought;
  throw new CannotGoOn(
    `Gatehouse needs Node ${NEEDED} or newer. This is Node ${version}, and the package node-${platform}-${arch} that would bring one was not installed. ` +
      `Install a newer Node, or run "npm install" without "--omit=optional".`,
  );
};

/**
 * The environment of what runs on that Node: the tools of node_modules and this Node come first, and where nobody looks
 * at a terminal no tool writes colours.
 */
export const environmentFor = (node, extra = {}) => ({
  ...process.env,
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  ...extra,
  PATH: [join(node, '..'), inRoot('node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
});
