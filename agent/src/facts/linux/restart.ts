import { fact } from '../fact.ts';
import { below } from '../read.ts';
import { compareVersions } from './versions.ts';

const MOST_REASONS = 20;
const LONGEST_REASON = 200;

interface Reason {
  since: Date | null;
  text: string;
}

/** Debian and its kin leave `reboot-required` when an update waits for a restart, and the packages beside it. */
const askedByPackages = async (read: ReturnType<typeof below>): Promise<Reason[]> => {
  const since = await read.changedAt('run/reboot-required');
  if (!since) return [];
  const packages = ((await read.text('run/reboot-required.pkgs')) ?? '').split('\n').map((line) => line.trim());
  const names = [...new Set(packages.filter((name) => name !== ''))];
  return names.length > 0 ? names.map((text) => ({ since, text })) : [{ since, text: 'The system asks for it' }];
};

/** `6.1.0-44-amd64` and `6.1.0-44-cloud-amd64` are different lines of kernels: only the same line is compared. */
const flavourOf = (release: string): string => release.replace(/^[\d.]+(-\d+(\.[\d.]+)*)?/, '').replace(/\d+/g, '#');

/** A kernel was installed that is newer than the one that runs. */
const newerKernel = async (read: ReturnType<typeof below>): Promise<Reason[]> => {
  const running = await read.line('proc/sys/kernel/osrelease');
  if (!running) return [];
  const names = (await read.names('boot')).filter((name) => name.startsWith('vmlinuz-'));
  const installed = names.map((name) => name.slice('vmlinuz-'.length));
  // In a container another system's kernel runs, and what lies in /boot says nothing about it.
  if (!installed.includes(running)) return [];
  const newest = installed
    .filter((release) => flavourOf(release) === flavourOf(running))
    .reduce((best, release) => (compareVersions(release, best) > 0 ? release : best), running);
  if (newest === running) return [];
  return [
    {
      since: await read.changedAt(`boot/vmlinuz-${newest}`),
      text: `Kernel ${newest} is installed, ${running} still runs`,
    },
  ];
};

export const restart = fact({
  name: 'restart',
  async collect({ root }) {
    const read = below(root);
    const found = [...(await askedByPackages(read)), ...(await newerKernel(read))];
    const since = found.flatMap((reason) => (reason.since ? [reason.since.getTime()] : []));
    return {
      required: found.length > 0,
      since: since.length > 0 ? new Date(Math.min(...since)).toISOString() : null,
      reasons: found.map(({ text }) => text.slice(0, LONGEST_REASON)).slice(0, MOST_REASONS),
    };
  },
});
