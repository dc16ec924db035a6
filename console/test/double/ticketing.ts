import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import type { World } from './world.ts';

const templates: contract.TicketTemplates = {
  eventTitle: '{device}: {event} ({threat})',
  eventBody: 'Device: {device}\nClient: {client}\nEvent: {event}\nFound: {threat}\nDevice page: {link}',
  statusTitle: '{device}: {condition}',
  statusBody: 'Device: {device}\nStatus: {severity}\nReason: {condition}',
  consoleUrl: null,
};
const general = { status: 'status 0', closedStatus: 'closedStatus 2', source: null };

/** Ticket settings of a connection. A rule for `databasesOutdated` at Critical finds twelve devices when it is switched on. */
export const answerTicketing = ({ on }: HttpDouble, world: World) => {
  const state = {
    revision: 4,
    savedBy: 'grace' as string | null,
    general: { ...general } as Record<string, string | null>,
    templates,
    /** What the last save said of what was there already. */
    backlog: null as contract.BacklogChoice | null,
  };
  const settings = (): contract.TicketSettings => ({
    revision: state.revision,
    savedBy: state.savedBy,
    savedAt: new Date(Date.now() - 3_600_000).toISOString(),
    general: { fields: state.general, problem: null },
    items: world.rules,
    templates: state.templates,
    publicUrl: 'https://gatehouse.example',
    defaults: {
      general: { fields: general, problem: null },
      items: world.rules
        .filter(({ reason }) => !reason.startsWith('event-type:'))
        .map((rule) => ({ ...rule, enabled: false, dueHours: 12, problem: null })),
      templates,
    },
  });
  on(contract.listPsaFields, () => ({ items: world.psaFields }));
  on(contract.listTicketRules, settings);
  on(contract.putTicketRules, ({ body }) => {
    if (body.revision !== undefined && body.revision !== state.revision) {
      throw new Refusal(
        409,
        'ticket-rules.saved-meanwhile',
        `${state.savedBy} saved these settings after you opened them, so nothing was saved.`,
      );
    }
    state.revision += 1;
    state.savedBy = 'ada';
    state.backlog = body.backlog;
    if (body.general) state.general = body.general.fields;
    if (body.templates) state.templates = body.templates;
    for (const rule of body.rules ?? []) {
      const known = world.rules.find(({ reason }) => reason === rule.reason);
      if (known) Object.assign(known, rule, { problem: null });
      else world.rules.push({ ...rule, title: rule.reason.replace('event-type:', ''), problem: null });
    }
    for (const reason of body.removed ?? []) {
      world.rules.splice(
        world.rules.findIndex((rule) => rule.reason === reason),
        1,
      );
    }
    return settings();
  });
  on(contract.readTicketBacklog, ({ body }) => {
    const items = body.switchedOn
      .filter((reason) => reason === 'status:critical:databasesOutdated' || reason === 'status:critical:notConnected')
      .map((reason) => ({
        reason,
        title: world.rules.find((rule) => rule.reason === reason)?.title ?? reason,
        tickets: reason.endsWith('databasesOutdated') ? 12 : 3,
        clients: reason.endsWith('databasesOutdated') ? 4 : 1,
      }));
    const sourceId = world.sources[0]?.id ?? '';
    return {
      items,
      tickets: items.reduce((sum, { tickets }) => sum + tickets, 0),
      clients: world.tenants.length,
      unread: items.length > 0 ? [{ sourceId, tenantName: 'Northwind Dental', problem: 'It did not answer' }] : [],
    };
  });
  on(contract.previewTicket, ({ body }) => {
    const values: Record<string, string> = {
      device: 'PC-7',
      client: 'Contoso Legal',
      event: 'Malicious object detected',
      threat: 'EICAR-Test-File',
      condition: 'Databases are outdated',
      severity: 'Critical',
      link: 'https://gatehouse.example/devices/7',
    };
    const filled = (template: string) => template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    const isEvent = body.kind === 'event';
    return {
      title: filled(isEvent ? body.templates.eventTitle : body.templates.statusTitle),
      description: filled(isEvent ? body.templates.eventBody : body.templates.statusBody),
      isCut: false,
      madeOf: isEvent ? ('real' as const) : ('sample' as const),
      clientName: 'Contoso Legal',
    };
  });
  return state;
};
