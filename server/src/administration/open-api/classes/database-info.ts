import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import type { Method, MethodClass } from '../method.ts';

const guarded = (needs: string, run: Method['run']): Method => ({
  needs,
  run: (call) => {
    // The stores hold what all tenants have.
    if (call.login.scope() !== 'all') {
      throw pxgError('noAccess', 'Access denied: log in to the main server, as a user of all its virtual servers');
    }
    return run(call);
  },
});

const read = (run: Method['run']): Method => guarded('server:read', run);

const MOST_INT = 2 ** 31 - 1;

/** Whether this server can write files into the folder. */
const isWritableFolder = async (path: string, name: string): Promise<boolean> => {
  if (!isAbsolute(path)) throw pxgError('badFormat', `${name}: a path from the root is needed`);
  try {
    await access(path, constants.W_OK);
    return (await stat(path)).isDirectory();
  } catch (error) {
    // Not there, not readable, or no path at all: none of them takes a file.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
};

/** DatabaseInfo: the server's stores, of configuration and of events together (class DatabaseInfo of public clients). */
export const databaseInfoClass: MethodClass = {
  GetDBSize: read(async ({ administration }) => ({ PxgRetVal: (await administration.storedSizes()).bytes })),
  GetDBDataSize: read(async ({ administration }) => ({ PxgRetVal: (await administration.storedSizes()).dataBytes })),
  GetDBEventsCount: read(async ({ administration, now }) => ({
    PxgRetVal: Math.min(await administration.eventsOf('all').count([], now), MOST_INT),
  })),
  /** Where it runs, as the database itself says. */
  IsLinuxSQL: read(async ({ administration }) => ({
    PxgRetVal: /linux/i.test((await administration.storedSizes()).system) || process.platform === 'linux',
  })),
  IsCloudSQL: read(({ args }) => {
    required(args.int('nCloudType'), 'nCloudType');
    return { PxgRetVal: false };
  }),
  // Who may ask learns which folders there are: it is for those who set the server up.
  CheckBackupPath: guarded('server:write', async ({ args }) => ({
    PxgRetVal: await isWritableFolder(required(args.string('szwPath'), 'szwPath'), 'szwPath'),
  })),
  CheckBackupPath2: guarded('server:write', async ({ args }) => {
    const name = process.platform === 'win32' ? 'szwWinPath' : 'szwLinuxPath';
    return { PxgRetVal: await isWritableFolder(required(args.string(name), name), name) };
  }),
};
