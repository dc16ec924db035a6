import {
  addSecondaryServer,
  changeSecondaryServer,
  forgetPrimaryServer,
  getSecondaryServer,
  getServerHierarchy,
  listSecondaryDevices,
  lookAtServerCertificate,
  readServerCertificate,
  refreshSecondaryServer,
  removeSecondaryServer,
  type StatusCounts,
  trySecondaryServer,
} from '@gatehouse/contract';
import { Forbidden } from '../../platform/errors/index.ts';
import { type Actor, doerOf, type Http, route } from '../../platform/http/index.ts';
import { lookAtCertificate, readCertificate } from './certificate.ts';
import type { OwnPlace } from './place.ts';
import type { Primary } from './primary.ts';
import type { SecondaryServers } from './secondaries.ts';

export interface SecondaryServerParts {
  servers: SecondaryServers;
  primary: Primary;
  ownPlace: () => Promise<OwnPlace>;
  /** Devices of this server by tenant; the main server's own has the number 0. */
  ownTenants: () => Promise<{ tenantId: string; virtualServerId: number; name: string; counts: StatusCounts }[]>;
  clock: () => Date;
}

/** Another server's devices belong to no tenant of ours: only those see them who see all. */
const requireAll = (actor: Actor): void => {
  if (actor.tenantIds !== null) {
    throw new Forbidden('Other servers are shown to those who may see all clients', 'servers.all-tenants-only');
  }
};

const sum = (all: readonly StatusCounts[]): StatusCounts =>
  all.reduce(
    (total, counts) => ({
      ok: total.ok + counts.ok,
      warning: total.warning + counts.warning,
      critical: total.critical + counts.critical,
      notVisible: total.notVisible + counts.notVisible,
      total: total.total + counts.total,
    }),
    { ok: 0, warning: 0, critical: 0, notVisible: 0, total: 0 },
  );

export const secondaryServerRoutes = (http: Http, parts: SecondaryServerParts): void => {
  const { servers, primary } = parts;

  route(http, getServerHierarchy, async ({ actor }) => {
    requireAll(actor);
    const [{ instanceId, name }, tenants] = await Promise.all([parts.ownPlace(), parts.ownTenants()]);
    return {
      self: {
        instanceId,
        name,
        counts: sum(tenants.map(({ counts }) => counts)),
        ownCounts: sum(tenants.filter(({ virtualServerId }) => virtualServerId === 0).map(({ counts }) => counts)),
        virtualServers: tenants.filter(({ virtualServerId }) => virtualServerId !== 0),
      },
      primary: await primary.shown(),
      secondaries: await servers.list(),
    };
  });

  route(http, lookAtServerCertificate, ({ actor, body }) => {
    requireAll(actor);
    return lookAtCertificate(body);
  });

  route(http, readServerCertificate, async ({ actor, body }) => {
    requireAll(actor);
    return readCertificate(body.pem);
  });

  route(http, trySecondaryServer, async ({ actor, body: { password, serverId, ...settings } }) => {
    requireAll(actor);
    const { greeting, devices, virtualServers } = await servers.tryOut(settings, password, serverId);
    const { product, version, instanceId } = greeting;
    return { product, version, instanceId, devices, virtualServers };
  });

  route(http, addSecondaryServer, async ({ actor, body: { password, ...settings }, request, audit }) => {
    requireAll(actor);
    const added = await servers.add(settings, password, doerOf({ actor, request }));
    audit({ after: { id: added.id, ...settings } });
    return added;
  });

  route(http, getSecondaryServer, ({ actor, params }) => {
    requireAll(actor);
    return servers.get(params.serverId);
  });

  route(http, changeSecondaryServer, async ({ actor, params, body: { password, ...settings }, request, audit }) => {
    requireAll(actor);
    const { before, after } = await servers.change(params.serverId, settings, password, doerOf({ actor, request }));
    audit({ before, after: { ...settings, isPasswordNew: password !== undefined } });
    return after;
  });

  route(http, removeSecondaryServer, async ({ actor, params, request, audit }) => {
    requireAll(actor);
    audit({ before: await servers.remove(params.serverId, doerOf({ actor, request })) });
    return {};
  });

  route(http, refreshSecondaryServer, ({ actor, params }) => {
    requireAll(actor);
    return servers.refresh(params.serverId);
  });

  route(http, listSecondaryDevices, async ({ actor, params, query }) => {
    requireAll(actor);
    const readAt = parts.clock().toISOString();
    return { ...(await servers.devices(params.serverId, query)), readAt };
  });

  route(http, forgetPrimaryServer, async ({ actor, audit }) => {
    requireAll(actor);
    const forgotten = await primary.forget();
    audit({ before: forgotten && { instanceId: forgotten.instance_id, name: forgotten.name } });
    return {};
  });
};
