import { changeEventStorage, getEventStorage } from '@gatehouse/contract';
import { Forbidden } from '../../platform/errors/index.ts';
import { type Http, route } from '../../platform/http/index.ts';
import type { EventStorageKeeper } from './event-storage.ts';

export const eventStorageRoutes = (http: Http, { storage }: { storage: EventStorageKeeper }): void => {
  route(http, getEventStorage, () => storage.figures());

  route(http, changeEventStorage, async ({ actor, body, audit }) => {
    if (actor.tenantIds !== null) throw new Forbidden('Only users of all tenants may change settings of the server');
    audit({ before: { maximumEvents: await storage.setMaximum(body.maximumEvents) } });
    return storage.figures();
  });
};
