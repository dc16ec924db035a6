import {
  addIntegration,
  changeIntegration,
  deleteIntegration,
  listIntegrations,
  listPsaFields,
  listPsaKinds,
  testIntegration,
} from '@gatehouse/contract';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import type { Integrations } from './integrations.ts';
import { psaKinds } from './kinds.ts';

/** What spans modules and so is decided above this one. */
export interface IntegrationActions {
  /** Saves and gives the new integration its default ticket rules. */
  add: Integrations['add'];
  change: Integrations['change'];
  /** @param by the name of who removes it, for those who are told */
  remove(id: string, by: string): ReturnType<Integrations['remove']>;
  test: Integrations['test'];
}

export const psaRoutes = (
  http: Http,
  {
    integrations,
    actions,
    mustSeeAll,
  }: { integrations: Integrations; actions: IntegrationActions; mustSeeAll(actor: Actor): void },
): void => {
  route(http, listPsaKinds, () => ({
    items: psaKinds.map(({ id, title, settingFields }) => ({ kind: id, title, fields: settingFields })),
  }));
  route(http, listIntegrations, async () => ({ items: await integrations.list() }));
  route(http, addIntegration, async ({ body, actor, audit }) => {
    mustSeeAll(actor);
    const added = await actions.add(body);
    audit({ before: null, after: added });
    return added;
  });
  route(http, changeIntegration, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const { before, after } = await actions.change(params.integrationId, body);
    audit({ before, after });
    return after;
  });
  route(http, deleteIntegration, async ({ params, actor, audit }) => {
    mustSeeAll(actor);
    audit({ before: await actions.remove(params.integrationId, actor.name), after: null });
    return {};
  });
  route(http, testIntegration, ({ params, actor }) => {
    mustSeeAll(actor);
    return actions.test(params.integrationId);
  });
  route(http, listPsaFields, async ({ params }) => {
    const { connector } = await integrations.connect(params.integrationId);
    return { items: await connector.fields() };
  });
};
