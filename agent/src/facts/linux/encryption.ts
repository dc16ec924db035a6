import { readMounts } from '../../scanning/mounts.ts';
import { fact } from '../fact.ts';
import { below } from '../read.ts';

const DEEPEST_STACK = 16;

/** How dm-crypt names its mappings in the kernel: `CRYPT-LUKS2-<uuid>-<name>` (cryptsetup, "dm UUID"). */
const methodOf = (uuid: string | null): string | null => {
  const kind = /^CRYPT-([A-Z0-9]+)-/.exec(uuid ?? '')?.[1];
  if (!kind) return null;
  const luks = /^LUKS(\d)$/.exec(kind)?.[1];
  return luks ? `LUKS ${luks}` : `dm-crypt ${kind.toLowerCase()}`;
};

/** The kernel's folder of a block device: by its number, or for file systems over several devices by its name. */
const folderOf = async (
  read: ReturnType<typeof below>,
  mount: { device: string; source: string },
): Promise<string | null> => {
  const byNumber = `sys/dev/block/${mount.device}`;
  if (await read.exists(byNumber)) return byNumber;
  const named = mount.source.startsWith('/dev/') ? mount.source.slice('/dev/'.length) : '';
  const name = (named && (await read.link(`dev/${named}`)))?.split('/').at(-1) ?? named.split('/').at(-1);
  return name && (await read.exists(`sys/class/block/${name}`)) ? `sys/class/block/${name}` : null;
};

/** What encrypts a block device or one that it lies on (a volume group on LUKS, LUKS on a RAID); null: nothing. */
const methodBelow = async (
  read: ReturnType<typeof below>,
  folder: string,
  depth = DEEPEST_STACK,
): Promise<string | null> => {
  const own = methodOf(await read.line(`${folder}/dm/uuid`));
  if (own || depth === 0) return own;
  const slaves = await read.names(`${folder}/slaves`);
  const methods = await Promise.all(slaves.map((name) => methodBelow(read, `sys/class/block/${name}`, depth - 1)));
  // A volume over two disks is encrypted when both are.
  return methods.length > 0 && methods.every((method) => method !== null) ? (methods[0] ?? null) : null;
};

/**
 * Whether the volume with the operating system is encrypted. A running system cannot be encrypted by the agent, so
 * where a policy asks for it and it is not, the result is `not-supported`: the device has to be set up anew.
 */
export const encryption = fact({
  name: 'encryption',
  async collect({ root, policy }) {
    const read = below(root);
    const mount = (await readMounts(root)).findLast(({ point }) => point === '/');
    const folder = mount ? await folderOf(read, mount) : null;
    if (!folder) return { systemVolumeEncrypted: null, method: null, result: null };
    const method = await methodBelow(read, folder);
    const isMissing = policy().encryption?.systemVolumeRequired === true && method === null;
    return { systemVolumeEncrypted: method !== null, method, result: isMissing ? 'not-supported' : null };
  },
});
