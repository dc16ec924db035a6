import { getEvent, listEvents, listEventTypes } from '@gatehouse/contract';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { eventTypes } from './catalogue.ts';
import { severityCode, severityNames } from './severity.ts';
import { shownEvent } from './shown.ts';
import { type EngineStore, wordsOf } from './store-engine.ts';

export interface EventParts {
  eventsOf: (scope: TenantScope) => EngineStore;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
}

const readPlace = (after: string): number => {
  const id = Number(after);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new InvalidInput('The place in the list is not one that this server gave out; read the list from the start', [
    { where: 'query.after', what: 'is not the `next` of a page' },
  ]);
};

export const eventRoutes = (http: Http, parts: EventParts): void => {
  const store = (actor: Actor) => parts.eventsOf(actor.tenantIds ?? 'all');

  route(http, listEvents, async ({ actor, query }) => {
    const rows = await store(actor).newest(
      {
        tenantIds: query.tenantId,
        deviceId: query.deviceId,
        severities: query.severity?.map(severityCode),
        types: query.type,
        words: query.text === undefined ? undefined : wordsOf(query.text),
        riseFrom: query.from === undefined ? undefined : new Date(query.from),
        riseTo: query.to === undefined ? undefined : new Date(query.to),
        beforeId: query.after === undefined ? undefined : readPlace(query.after),
      },
      query.limit + 1,
    );
    const names = await parts.tenantNames();
    const shown = rows.slice(0, query.limit);
    return {
      items: shown.map((row) => shownEvent(row, names)),
      next: rows.length > query.limit ? String(shown.at(-1)?.eventId) : null,
    };
  });

  route(http, getEvent, async ({ actor, params }) => {
    const id = Number(params.eventId);
    if (!Number.isSafeInteger(id)) throw new NotFound('event', params.eventId);
    const [row] = id > 0 ? await store(actor).newest({ afterId: id - 1, beforeId: id + 1 }, 1) : [];
    if (!row) throw new NotFound('event', params.eventId);
    return shownEvent(row, await parts.tenantNames());
  });

  route(http, listEventTypes, () => ({
    items: eventTypes.map((type) => ({ ...type, severity: severityNames[type.severity - 1] ?? 'info' })),
  }));
};
