import { BadSettings } from '../errors.ts';

export interface OnAccessConfig {
  clamdSocket: string;
  /** Of the user that clamd runs as: its own reading must not be looked at again, for ever. */
  clamdUid: number;
  folders: readonly string[];
  excluded: readonly string[];
}

/**
 * Settings of clamonacc (clamd.conf(5), the options that begin with OnAccess). It only reports: the agent decides what
 * becomes of a find. What root reads is left out, since the agent itself is root and reads whole disks when it scans.
 */
export const renderConfig = ({ clamdSocket, clamdUid, folders, excluded }: OnAccessConfig): string => {
  const line = (name: string, value: string): string => {
    // A line break in the name of a folder would begin another setting.
    if (/[\r\n]/.test(value)) throw new BadSettings([{ where: name, what: 'must not hold line breaks' }]);
    return `${name} ${value}\n`;
  };
  return [
    line('LocalSocket', clamdSocket),
    ...folders.map((folder) => line('OnAccessIncludePath', folder)),
    ...excluded.map((folder) => line('OnAccessExcludePath', folder)),
    line('OnAccessExcludeRootUID', 'yes'),
    ...(clamdUid === 0 ? [] : [line('OnAccessExcludeUID', String(clamdUid))]),
    line('OnAccessPrevention', 'no'),
    line('OnAccessExtraScanning', 'yes'),
  ].join('');
};

/** `/srv/x.doc: Win.Trojan.Agent FOUND`; null for everything else that it prints. */
export const findOf = (line: string): string | null => /^(\/.*): \S+ FOUND$/.exec(line.trim())?.[1] ?? null;

/** It says so when all folders are marked and the first access would be seen. */
export const isReady = (line: string): boolean => line.includes('waiting to consume events');
