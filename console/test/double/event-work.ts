import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
const week = { kind: 'last', amount: 7, unit: 'days' } as const;
const settingsOf = (filter: contract.EventFilterInput) =>
  contract.EventSelectionSettings.parse({ filter: { ...filter, time: week } });
const matches = (masks: string[], text: string) =>
  masks.length === 0 ||
  masks.some((mask) => new RegExp(`^${mask.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(text));

const predefined: [string, contract.EventFilterInput][] = [
  ['Critical events', { severities: ['critical'] }],
  ['Functional failures', { severities: ['functional-failure'] }],
  ['Warnings', { severities: ['warning'] }],
  ['Informational messages', { severities: ['info'] }],
  ['User requests', { types: ['*REQUEST*'] }],
  ['Recent events', {}],
  ['Audit events', { types: ['KLAUD_*'] }],
];

/** Event selections, searches, exports and deletions of the double. */
export const answerEventWork = (http: HttpDouble, world: World) => {
  const { on } = http;
  const selections: contract.EventSelection[] = predefined.map(([name, filter], number) => ({
    id: `00000000-0000-4000-8000-00000000e00${number + 1}`,
    name,
    predefined: true,
    ownerName: null,
    isOwn: false,
    mayChange: true,
    settings: settingsOf(filter),
    access: contract.SelectionAccess.parse({}),
    changedAt: new Date(Date.now() - 90 * DAY_MS).toISOString(),
    changedBy: 'gatehouse',
  }));
  const deletions: contract.EventDeletion[] = [];
  const find = (id: string): contract.EventSelection => {
    const selection = selections.find((each) => each.id === id);
    if (!selection) throw new Refusal(404, 'event-selection.not-found', `There is no event selection ${id}`);
    return selection;
  };
  const own = (name: string, settings: contract.EventSelectionSettings, access: contract.SelectionAccess) => {
    if (selections.some((each) => each.name === name))
      throw new Refusal(409, 'event-selection.name-taken', `There is an event selection named “${name}” already`);
    const made: contract.EventSelection = {
      id: randomUUID(),
      name,
      predefined: false,
      ownerName: 'ada',
      isOwn: true,
      mayChange: true,
      settings,
      access,
      changedAt: new Date().toISOString(),
      changedBy: 'ada',
    };
    selections.push(made);
    return made;
  };

  on(contract.listEventSelections, () => ({ items: selections }));
  on(contract.getEventSelection, ({ params }) => find(params.selectionId));
  on(contract.addEventSelection, ({ body }) => own(body.name, body.settings, body.access));
  on(contract.changeEventSelection, ({ params, body }) => Object.assign(find(params.selectionId), body));
  on(contract.deleteEventSelections, ({ body }) => {
    for (const id of body.ids) selections.splice(selections.indexOf(find(id)), 1);
    return {};
  });
  on(contract.duplicateEventSelection, ({ params }) => {
    const { name, settings, access } = find(params.selectionId);
    return own(`${name} (2)`, settings, access);
  });
  on(contract.exportEventSelection, ({ params }) => {
    const { name, settings } = find(params.selectionId);
    return { kind: 'gatehouse-event-selection' as const, version: 1 as const, name, settings };
  });
  on(contract.importEventSelection, ({ body }) => own(body.name, body.settings, contract.SelectionAccess.parse({})));

  const found = (query: contract.EventQuery): contract.SecurityEvent[] => {
    const selection = query.selectionId ? find(query.selectionId) : undefined;
    const filters = [selection?.settings.filter, query.filter].filter((filter) => filter !== undefined);
    const order = query.sort ?? selection?.settings.sort;
    const fits = (filter: contract.EventFilter, event: contract.SecurityEvent) => {
      const text = `${event.displayName} ${event.description} ${event.deviceName}`.toLowerCase();
      const words = filter.text?.words.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
      const unitMs = { minutes: 60_000, hours: 3_600_000, days: DAY_MS };
      const { time } = filter;
      return (
        (filter.severities.length === 0 || filter.severities.includes(event.severity)) &&
        matches(filter.types, event.type) &&
        (filter.notTypes.length === 0 || !matches(filter.notTypes, event.type)) &&
        (filter.tenantIds.length === 0 || filter.tenantIds.includes(event.tenantId)) &&
        (filter.deviceIds.length === 0 || filter.deviceIds.includes(event.deviceId ?? '')) &&
        matches(filter.deviceNames, event.deviceName) &&
        (words.length === 0 || words[filter.text?.match === 'all' ? 'every' : 'some']((word) => text.includes(word))) &&
        (time.kind !== 'last' || Date.parse(event.riseTime) >= Date.now() - time.amount * unitMs[time.unit]) &&
        (time.kind !== 'between' ||
          ((!time.from || event.riseTime >= time.from) && (!time.to || event.riseTime < time.to)))
      );
    };
    const rows = world.events.filter(
      (event) => filters.every((filter) => fits(filter, event)) && (!query.ids || query.ids.includes(event.id)),
    );
    if (!order || order.by === 'registered') return order && !order.descending ? rows.toReversed() : rows;
    const keyOf = (event: contract.SecurityEvent): string =>
      ({
        happened: event.riseTime,
        severity: String(['info', 'warning', 'functional-failure', 'critical'].indexOf(event.severity)),
        event: event.displayName,
        type: event.type,
        device: event.deviceName,
        group: event.groupName,
        application: event.product,
      })[order.by as 'happened'];
    return rows.toSorted((a, b) => {
      const way = keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : Number(BigInt(a.id) - BigInt(b.id));
      return order.descending ? -way : way;
    });
  };

  on(contract.searchEvents, ({ body: { limit, after, ...query } }) => {
    const all = found(query);
    const most = query.selectionId ? find(query.selectionId).settings.mostShown : null;
    const from = after === undefined ? 0 : Number(after);
    const to = Math.min(from + limit, most ?? Number.POSITIVE_INFINITY);
    const isCut = most !== null && to >= most && all.length > most;
    return {
      items: all.slice(from, to),
      next: !isCut && to < all.length ? String(to) : null,
      cutAt: isCut ? most : null,
    };
  });
  on(contract.countEvents, ({ body }) => ({ count: found(body).length, asOf: 'now' }));
  on(contract.getEventNeighbours, ({ params, body }) => {
    const all = found(body);
    const at = all.findIndex(({ id }) => id === params.eventId);
    const event = all[at];
    if (!event) throw new Refusal(404, 'event.not-found', `There is no event ${params.eventId}`);
    return { event, previousId: all[at - 1]?.id ?? null, nextId: all[at + 1]?.id ?? null };
  });
  on(contract.exportEvents, ({ body }) => {
    const exportId = randomUUID();
    return {
      exportId,
      path: `/api/event-exports/${exportId}/file`,
      fileName: `events-2026-03-04T05-06-07Z.${body.format}`,
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
    };
  });
  on(contract.readEventExport, () => 'the file');
  on(contract.deleteEvents, ({ body: { confirmed, asOf: _, ...query } }) => {
    const going = new Set(found(query));
    if (going.size > confirmed)
      throw new Refusal(409, 'event-deletion.other-number', `These are ${going.size} events, not ${confirmed}`);
    world.events.splice(0, world.events.length, ...world.events.filter((event) => !going.has(event)));
    const deletion: contract.EventDeletion = {
      id: randomUUID(),
      askedBy: 'ada',
      askedAt: new Date().toISOString(),
      events: going.size,
      state: 'running',
      partsDone: 1,
      parts: 3,
      deleted: 0,
      finishedAt: null,
    };
    deletions.unshift(deletion);
    return deletion;
  });
  on(contract.listEventDeletions, () => ({ items: deletions }));
  return { selections, deletions };
};
