import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Mount {
  /** `major:minor`; the same file system mounted twice has it twice. */
  device: string;
  point: string;
  type: string;
  /** What is mounted, as `/dev/sda1`; file systems over several devices have no number of their own for it. */
  source: string;
}

/** File systems that hold no files of this device: views of the kernel, and other machines' disks. */
const KERNEL_VIEWS = new Set(
  'proc sysfs devtmpfs devpts cgroup cgroup2 securityfs debugfs tracefs pstore bpf configfs hugetlbfs mqueue rpc_pipefs autofs binfmt_misc fusectl nsfs efivarfs selinuxfs'.split(
    ' ',
  ),
);
const REMOTE = /^(nfs4?|cifs|smb3|smbfs|afs|ceph|glusterfs|lustre|9p|virtiofs|davfs|fuse\.(?!ntfs|exfat).*)$/;
const MEMORY = new Set(['tmpfs', 'ramfs', 'squashfs']);

/** mountinfo writes blank, tab, newline and backslash as octal (proc(5)). */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: point is field 5, type follows the lone dash. */
export const parseMountInfo = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device, , point] = before.split(' ');
    const [type, source = ''] = after.split(' ');
    return device && point && type ? [{ device, point: unescaped(point), type, source: unescaped(source) }] : [];
  });

export const readMounts = async (root = '/'): Promise<Mount[]> =>
  parseMountInfo(await readFile(join(root, 'proc/self/mountinfo'), 'utf8'));

export const holdsLocalFiles = ({ type }: Mount): boolean => !KERNEL_VIEWS.has(type) && !REMOTE.test(type);
export const isDisk = (mount: Mount): boolean => holdsLocalFiles(mount) && !MEMORY.has(mount.type);

/** The mount point under which a path lies. */
export const mountPointOf = (path: string, mounts: Mount[]): string =>
  mounts
    .map(({ point }) => point)
    .filter((point) => isWithin(path, point))
    .reduce((longest, point) => (point.length > longest.length ? point : longest), '/');

/** Is the path this folder or inside of it? */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
