import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const stories = [
  { title: 'Credentials were read from memory', severity: 'critical', description: 'lsass.exe was read by tool.exe' },
  { title: 'Phone lost on the train', severity: 'warning', description: '' },
  { title: 'Unknown USB stick', severity: 'info', description: 'A stick was plugged in that nobody knows.' },
] as const;

/** Incidents on the first devices of the world. */
export const answerIncidents = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const comments = new Map<string, contract.IncidentComment[]>();
  const incident = (
    device: contract.Device,
    number: number,
    words: Pick<contract.Incident, 'title' | 'severity' | 'description'> & Partial<contract.Incident>,
  ): contract.Incident => ({
    ...{ id: idOf(`incident ${number}`), number, tenantId: device.tenantId, tenantName: device.tenantName },
    ...{ deviceId: device.id, deviceName: device.name, occurredAt: ago(number * 40), createdAt: ago(number * 39) },
    ...{ createdByKind: 'application', createdBy: 'edr', eventId: null, processed: false },
    ...{ processedAt: null, processedBy: null, comments: 0 },
    ...words,
  });
  const all: contract.Incident[] =
    kind === 'empty'
      ? []
      : Array.from({ length: 12 }, (_, index) => {
          const device = world.devices[index % 4] as contract.Device;
          const story = stories[index % 3] as (typeof stories)[number];
          const isDone = index % 4 === 3;
          return incident(device, 12 - index, {
            ...story,
            ...(isDone && { processed: true, processedAt: ago(5), processedBy: 'ada' }),
            ...(index % 3 === 1 && { createdByKind: 'user' as const, createdBy: 'grace' }),
          });
        });
  const found = (id: string): contract.Incident => {
    const one = all.find((each) => each.id === id);
    if (!one) throw new Refusal(404, 'incident.not-found', `There is no incident ${id}`);
    return one;
  };
  on(contract.listIncidents, ({ query }) => {
    const items = all.filter(
      (each) =>
        (!query.deviceId || each.deviceId === query.deviceId) &&
        (!query.tenantId || query.tenantId.includes(each.tenantId)) &&
        (!query.severity || query.severity.includes(each.severity)) &&
        (query.processed === undefined || each.processed === query.processed) &&
        (!query.text || each.title.toLowerCase().includes(query.text.toLowerCase())),
    );
    return { items, next: null, total: items.length };
  });
  on(contract.getIncident, ({ params }) => ({
    incident: found(params.incidentId),
    comments: comments.get(params.incidentId) ?? [],
  }));
  on(contract.addIncident, ({ params, body }) => {
    const device = world.devices.find(({ id }) => id === params.deviceId);
    if (!device) throw new Refusal(404, 'device.not-found', `There is no device ${params.deviceId}`);
    const made = incident(device, all.length + 1, {
      ...body,
      id: randomUUID(),
      createdByKind: 'user',
      createdBy: 'ada',
    });
    all.unshift({ ...made, occurredAt: ago(0), createdAt: ago(0) });
    return made;
  });
  on(contract.changeIncident, ({ params, body }) => Object.assign(found(params.incidentId), body));
  on(contract.processIncidents, ({ body }) => {
    const changed = body.incidentIds.map(found).filter(({ processed }) => processed !== body.processed);
    for (const each of changed) {
      const by = body.processed
        ? { processedAt: ago(0), processedBy: 'ada' }
        : { processedAt: null, processedBy: null };
      Object.assign(each, { processed: body.processed, ...by });
    }
    return { changed: changed.length };
  });
  on(contract.commentIncident, ({ params, body }) => {
    const one = found(params.incidentId);
    const comment = { id: randomUUID(), at: ago(0), by: 'ada', text: body.text };
    comments.set(one.id, [...(comments.get(one.id) ?? []), comment]);
    one.comments += 1;
    return comment;
  });
  on(contract.deleteIncident, ({ params }) => {
    all.splice(all.indexOf(found(params.incidentId)), 1);
    return {};
  });
};
