import { readdir, readFile, readlink } from 'node:fs/promises';
import { arch, release } from 'node:os';
import { join } from 'node:path';
import { systemCodeOf } from '../../errors.ts';
import { fact } from '../fact.ts';

/** os-release(5): shell-like assignments. */
export const parseOsRelease = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const parts = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim());
      if (!parts?.[1]) return [];
      const value = (parts[2] ?? '').replace(/^(["'])(.*)\1$/, '$2').replace(/\\(.)/g, '$1');
      return [[parts[1], value]];
    }),
  );

const absent = (cause: unknown) => {
  if (['ENOENT', 'ENOTDIR', 'EINVAL'].includes(systemCodeOf(cause) ?? '')) return null;
  throw cause;
};

/**
 * Server or workstation: what the distribution says, else what is set to start, else whether there is a desktop.
 * A guess where the distribution is silent, and it decides a billing category: the setting `role` overrules it.
 */
const looksLikeServer = async (root: string, release: Record<string, string>): Promise<boolean> => {
  const said = `${release.VARIANT_ID ?? ''} ${release.VARIANT ?? ''} ${release.NAME ?? ''}`.toLowerCase();
  if (/workstation|desktop|silverblue|kinoite/.test(said)) return false;
  if (/server|sles/.test(said)) return true;
  const target = await readlink(join(root, 'etc/systemd/system/default.target')).catch(absent);
  if (target?.endsWith('/multi-user.target')) return true;
  for (const folder of ['usr/share/xsessions', 'usr/share/wayland-sessions']) {
    const sessions = (await readdir(join(root, folder)).catch(absent)) ?? [];
    if (sessions.some((name) => name.endsWith('.desktop'))) return false;
  }
  return true;
};

export const os = fact({
  name: 'os',
  async collect({ root, isServer }) {
    const text =
      (await readFile(join(root, 'etc/os-release'), 'utf8').catch(absent)) ??
      (await readFile(join(root, 'usr/lib/os-release'), 'utf8').catch(absent)) ??
      '';
    const said = parseOsRelease(text);
    return {
      family: 'linux' as const,
      name: (said.PRETTY_NAME ?? said.NAME ?? 'Linux').slice(0, 256),
      version: (said.VERSION_ID ?? release()).slice(0, 100),
      arch: arch(),
      isServer: isServer ?? (await looksLikeServer(root, said)),
    };
  },
});
