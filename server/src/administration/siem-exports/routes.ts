import {
  addSiemTarget,
  changeSiemTarget,
  deleteSiemTarget,
  listSiemTargets,
  type SiemTarget,
  type SiemTargetSettings,
  testSiemTarget,
} from '@gatehouse/contract';
import { Forbidden, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { SiemExporter } from './exporter.ts';
import type { Exporter } from './render.ts';
import type { SiemTargetStore } from './store.ts';
import { mayHandle, type Target } from './target.ts';
import { tryOut } from './try-out.ts';

export interface SiemExportParts {
  targets: Pick<SiemTargetStore, 'list'>;
  /** Adds an export, changes it, or with null deletes it. @throws NotFound, Conflict when the name is taken */
  save: (id: string, settings: SiemTargetSettings | null, doer: Doer) => Promise<void>;
  exporter: SiemExporter;
  names: Exporter;
  clock: () => Date;
}

export const siemExportRoutes = (http: Http, { targets, save, exporter, names, clock }: SiemExportParts): void => {
  const toReply = (target: Target): SiemTarget => ({
    id: target.id,
    ...target.settings,
    createdAt: target.createdAt.toISOString(),
    state: exporter.stateOf(target),
  });

  const targetOf = async (actor: Actor, id: string): Promise<Target> => {
    const target = (await targets.list()).find((one) => one.id === id);
    if (!target || !mayHandle(actor.tenantIds, target.settings)) throw new NotFound('siem target', id);
    return target;
  };

  const requireScope = (actor: Actor, settings: SiemTargetSettings): void => {
    if (mayHandle(actor.tenantIds, settings)) return;
    throw new Forbidden('Choose clients of yours: you may not export the events of all clients', 'siem-target.scope');
  };

  route(http, listSiemTargets, async ({ actor }) => ({
    items: (await targets.list()).filter(({ settings }) => mayHandle(actor.tenantIds, settings)).map(toReply),
  }));

  route(http, addSiemTarget, async ({ actor, body, request, audit }) => {
    requireScope(actor, body);
    const id = newId(clock());
    // Before it exists: else it could begin with all that was ever stored.
    await exporter.startFromNow(id);
    try {
      await save(id, body, doerOf({ actor, request }));
    } catch (error) {
      await exporter.forget(id);
      throw error;
    }
    await exporter.reload();
    audit({ after: { id, ...body } });
    return toReply(await targetOf(actor, id));
  });

  route(http, changeSiemTarget, async ({ actor, params, body, request, audit }) => {
    const before = await targetOf(actor, params.targetId);
    requireScope(actor, body);
    // What happened while it was switched off is not exported.
    if (body.enabled && !before.settings.enabled) await exporter.startFromNow(before.id);
    await save(before.id, body, doerOf({ actor, request }));
    await exporter.reload();
    // Its place would only hold up the deletion of old events.
    if (!body.enabled) await exporter.forget(before.id);
    audit({ before: before.settings });
    return toReply(await targetOf(actor, before.id));
  });

  route(http, deleteSiemTarget, async ({ actor, params, request, audit }) => {
    const before = await targetOf(actor, params.targetId);
    await save(before.id, null, doerOf({ actor, request }));
    await exporter.reload();
    await exporter.forget(before.id);
    audit({ before: before.settings });
    return {};
  });

  route(http, testSiemTarget, async ({ actor, body }) => {
    requireScope(actor, body);
    return tryOut(body, names, clock());
  });
};
