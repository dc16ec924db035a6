import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotSaid } from './errors.ts';
import { onDisk, places, SERVICE_USER, UNIT } from './places.ts';
import type { System } from './system.ts';
import { userIn } from './unit.ts';

export interface RemoveWish {
  root: string;
  /** What becomes of data and settings; null: it was not said. */
  data: 'keep' | 'purge' | null;
  dataDir: string;
}

/** Files that only a data folder of Gatehouse has; folders named `events` or `database` many programs have. */
const MARKS = ['secret.key', 'certificates/open-api.cert.pem'];

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Takes the service away. Data and settings stay or go as was said; what lies in a PostgreSQL or ClickHouse of its own
 * always stays. So does every user but the one that `install` makes when nobody names another: those were somebody's before.
 *
 * @throws NotSaid when it was not said what becomes of the data; or when the data folder does not look like one of ours
 */
export const remove = async (wish: RemoveWish, system: System | null, say: (line: string) => void): Promise<void> => {
  const at = onDisk(wish.root);
  if (wish.data === null) {
    throw new NotSaid(
      'remove.data-not-said',
      `Nothing was removed. Say what becomes of the data in ${wish.dataDir} and of the settings: gatehouse remove --keep-data, or gatehouse remove --purge`,
    );
  }
  const dataDir = at(wish.dataDir);
  if (wish.data === 'purge' && (await isThere(dataDir))) {
    const marked = await Promise.all(MARKS.map((mark) => isThere(join(dataDir, mark))));
    if (!marked.includes(true) && (await readdir(dataDir)).length > 0) {
      throw new NotSaid(
        'remove.not-our-data',
        `Nothing was removed: ${wish.dataDir} holds nothing that Gatehouse wrote. Remove with --keep-data, and look at that folder yourself`,
      );
    }
  }
  const isThereUnit = await isThere(at(places.unit));
  // Without a unit an earlier removal was cut off.
  const user = isThereUnit ? userIn(await readFile(at(places.unit), 'utf8')) : SERVICE_USER;
  if (system && isThereUnit) {
    await system.systemctl('disable', '--now', UNIT);
    say(`Service ${UNIT} stopped`);
  }
  for (const path of [places.unit, places.launcher]) await rm(at(path), { force: true });
  if (system) await system.systemctl('daemon-reload');
  for (const end of ['', '.new', '.old']) await rm(at(places.program + end), { recursive: true, force: true });
  say('Program removed');
  if (wish.data === 'keep') {
    say(`Kept: data in ${wish.dataDir}, settings in ${places.settings}`);
    return;
  }
  await rm(dataDir, { recursive: true, force: true });
  await rm(at(places.settingsDir), { recursive: true, force: true });
  if (system && user === SERVICE_USER && (await system.hasUser(user))) await system.removeUser(user);
  if (user !== null && user !== SERVICE_USER) say(`Kept: user ${user}, who may serve others`);
  say(
    `Removed: data in ${wish.dataDir}, settings in ${places.settingsDir}. A PostgreSQL or ClickHouse of its own was not touched`,
  );
};
