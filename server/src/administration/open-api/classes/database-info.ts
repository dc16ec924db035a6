import { pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import type { Method, MethodClass } from '../method.ts';

const read = (run: Method['run']): Method => ({
  needs: 'server:read',
  run: (call) => {
    // The stores hold what all tenants have.
    if (call.login.scope() !== 'all') {
      throw pxgError('noAccess', 'Access denied: log in to the main server, as a user of all its virtual servers');
    }
    return run(call);
  },
});

const MOST_INT = 2 ** 31 - 1;

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
};
