import { getIntegrationHealth, putHealthSettings } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll } from '../sources/index.ts';
import type { Health } from './health.ts';

/** @param onSaved an alarm may be due by the new settings */
export const healthRoutes = (http: Http, { health, onSaved }: { health: Health; onSaved(): void }): void => {
  route(http, getIntegrationHealth, ({ actor }) => {
    mustSeeAll(actor); // servers and queues are those of all customers
    return health.view();
  });
  route(http, putHealthSettings, async ({ body, actor, audit }) => {
    mustSeeAll(actor);
    const before = await health.settings();
    const after = await health.saveSettings(body);
    audit({ before, after });
    onSaved();
    return after;
  });
};
