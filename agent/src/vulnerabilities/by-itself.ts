import type { below } from '../facts/read.ts';

type Reader = ReturnType<typeof below>;

/** `APT::Periodic::Unattended-Upgrade "1";` in the last file that says it: a number of days, 0 is never (apt.conf(5)). */
const ofApt = async (read: Reader): Promise<boolean> => {
  if (!(await read.exists('usr/bin/unattended-upgrade'))) return false;
  let days = 0;
  for (const name of (await read.names('etc/apt/apt.conf.d')).sort()) {
    const text = (await read.text(`etc/apt/apt.conf.d/${name}`)) ?? '';
    const said = /^\s*APT::Periodic::Unattended-Upgrade\s+"?(\d+)"?\s*;/m.exec(text)?.[1];
    if (said !== undefined) days = Number(said);
  }
  return days > 0;
};

/** dnf-automatic: `apply_updates = yes`, and a timer that is on. */
const ofDnf = async (read: Reader): Promise<boolean> => {
  const settings = (await read.text('etc/dnf/automatic.conf')) ?? '';
  const timers = await read.names('etc/systemd/system/timers.target.wants');
  const isOn = timers.some((name) => /^dnf5?-automatic(-install)?\.timer$/.test(name));
  return isOn && /^\s*apply_updates\s*=\s*(yes|true|1)\s*$/im.test(settings);
};

/** Does the system install security updates without being asked? */
export const installsByItself = async (read: Reader): Promise<boolean> => (await ofApt(read)) || (await ofDnf(read));
