import { getNetworkVisibility, type NetworkVisibility, putNetworkVisibility } from '@gatehouse/contract';
import { Forbidden } from '../../platform/errors/index.ts';
import { type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import type { Visibility } from './visibility.ts';

export const visibilityRoutes = (
  http: Http,
  {
    visibility,
    save,
    onChange,
  }: {
    visibility: Visibility;
    /** With its revision, in one transaction. */
    save: (minutes: number | null, doer: Doer) => Promise<unknown>;
    /** Many devices may be visible or not since. */
    onChange: () => Promise<void>;
  },
): void => {
  const shown = (): NetworkVisibility => ({
    minutes: visibility.minutes(),
    standardMinutes: visibility.standardMinutes,
    isOwn: visibility.own() !== null,
  });

  route(http, getNetworkVisibility, async () => shown());

  route(http, putNetworkVisibility, async ({ actor, body, request, audit }) => {
    if (actor.tenantIds !== null) throw new Forbidden('Only users of all tenants may change settings of the server');
    audit({ before: { minutes: visibility.own() } });
    await save(body.minutes, doerOf({ actor, request }));
    visibility.changed(body.minutes);
    await onChange();
    return shown();
  });
};
