import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NotSaid, ServiceFailed } from './errors.ts';
import { DEFAULT_DATA_DIR, onDisk, places, SERVICE_USER, UNIT } from './places.ts';
import { layOutProgram, versionIn } from './program.ts';
import { writeSettings } from './settings-file.ts';
import type { System } from './system.ts';
import { renderUnit, userIn } from './unit.ts';

export interface InstallWish {
  /** The checkout to install from. */
  from: string;
  node: string;
  licenseAccepted: boolean;
  /** Null: the user that the service runs as already, or the usual one. */
  user: string | null;
  /** `/`, or a folder that is to become the root of another system: then nothing of this machine is touched. */
  root: string;
  /** Settings that were said now, by key; they win over what the settings file holds. */
  settings: Readonly<Record<string, unknown>>;
  /** As they hold with the file and those: where the data lies, and where the server will listen. */
  inForce: { dataDir: string | null; url: string };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const readOr = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/**
 * Installs Gatehouse as a service, or brings an installation to this version. Settings and data are kept. The old
 * program is kept until the new one says that it is ready, and put back when it does not.
 *
 * @param say is told each step that was done
 * @throws NotSaid without the licence, or when `from` is no checkout; ServiceFailed, with what stood before put back
 */
export const install = async (wish: InstallWish, system: System | null, say: (line: string) => void): Promise<void> => {
  const at = onDisk(wish.root);
  if (!wish.licenseAccepted) {
    throw new NotSaid(
      'install.license-not-accepted',
      `Nothing was installed. Read the licence in ${join(wish.from, 'LICENSE')}; if you accept it, say so: gatehouse install --accept-license`,
    );
  }
  const dataDir = wish.inForce.dataDir ?? DEFAULT_DATA_DIR;
  if (!dataDir.startsWith('/')) {
    throw new NotSaid(
      'install.data-dir',
      `The data folder of a service must be a path from the root, not “${dataDir}”`,
    );
  }
  const program = at(places.program);
  const [fresh, old] = [`${program}.new`, `${program}.old`];
  // Cut off in the middle of an earlier swap: the old program is the one that worked.
  if (!(await isThere(program)) && (await isThere(old))) await rename(old, program);
  const unitBefore = await readOr(at(places.unit));
  const user = wish.user ?? userIn(unitBefore ?? '') ?? SERVICE_USER;
  const version = await versionIn(wish.from);
  const before = await versionIn(program);

  await rm(fresh, { recursive: true, force: true });
  await layOutProgram({ from: wish.from, folder: fresh, node: wish.node, user });
  say(`Program of version ${version} laid out`);

  if (system && !(await system.hasUser(user))) {
    await system.addUser(user, dataDir);
    say(`User ${user} made, who cannot sign in`);
  }
  await mkdir(at(dataDir), { recursive: true, mode: 0o700 });
  await chmod(at(dataDir), 0o700);
  const isFirst = !(await isThere(at(places.settings)));
  const settings = { ...(isFirst || wish.inForce.dataDir === null ? { dataDir } : {}), ...wish.settings };
  const settingsBefore = await readOr(at(places.settings));
  const wrote = await writeSettings(at(places.settings), settings);
  say(`Settings ${wrote}: ${places.settings}`);
  if (system) {
    await system.own(dataDir, user);
    await system.own(places.settingsDir, user);
  }

  await rm(old, { recursive: true, force: true });
  if (before !== null) await rename(program, old);
  await rename(fresh, program);
  await mkdir(dirname(at(places.unit)), { recursive: true });
  await writeFile(at(places.unit), renderUnit({ user, dataDir }));
  await mkdir(dirname(at(places.launcher)), { recursive: true });
  await rm(at(places.launcher), { force: true });
  await symlink(`${places.program}/bin/gatehouse`, at(places.launcher));
  say(`Service ${UNIT} and command ${places.launcher} written`);
  if (!system) return;

  try {
    await system.systemctl('daemon-reload');
    await system.systemctl('enable', UNIT);
    await system.systemctl('restart', UNIT);
    if (!(await system.becomesReady(wish.inForce.url))) {
      throw new ServiceFailed(`The service does not become ready; see: journalctl -u ${UNIT}`);
    }
  } catch (error) {
    await putBack({
      program,
      old,
      before,
      unit: at(places.unit),
      unitBefore,
      settings: at(places.settings),
      settingsBefore,
    });
    await system.systemctl('daemon-reload');
    if (before === null) {
      await system.systemctl('disable', '--now', UNIT).catch(() => {}); // there is no unit any more
      say('Nothing is installed: what was laid out was taken away again; settings and data stay');
    } else {
      await system.systemctl('restart', UNIT);
      say(`Version ${before} was put back`);
    }
    throw error;
  }
  await rm(old, { recursive: true, force: true });
  say(
    before === null
      ? `Gatehouse ${version} is ready at ${wish.inForce.url}`
      : `Version ${before} became ${version}, which is ready`,
  );
};

const putBack = async (was: {
  program: string;
  old: string;
  before: string | null;
  unit: string;
  unitBefore: string | null;
  settings: string;
  settingsBefore: string | null;
}): Promise<void> => {
  await rm(was.program, { recursive: true, force: true });
  if (was.before !== null) await rename(was.old, was.program);
  if (was.unitBefore === null) await rm(was.unit, { force: true });
  else await writeFile(was.unit, was.unitBefore);
  if (was.settingsBefore !== null) await writeFile(was.settings, was.settingsBefore);
};
