import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { VirtualClock } from '../clock.ts';
import { demandOwnOrigin } from '../control/callers.ts';
import type { Controls } from '../controls.ts';
import type { Database } from '../database.ts';
import type { StoredRow } from '../entities/entity.ts';
import { STATUS_COMPLETE } from '../entities/tickets.ts';
import { SandboxError } from '../errors.ts';
import { recordRoutes } from './record-routes.ts';
import { SECURITY_HEADERS, sendPage, text } from './send.ts';
import { type Filter, problemPage, type TicketDetails, type TicketLine, ticketList, ticketPage } from './views.ts';

const MAX_LINES = 1000;

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The ticket page: what a technician of the MSP would see, as far as a demo needs it. */
export const pageRoutes = (
  http: FastifyInstance,
  { db, clock, controls }: { db: Database; clock: VirtualClock; controls: Controls },
): void => {
  const assets = [
    { path: '/assets/style.css', type: 'text/css; charset=utf-8', text: asset('./style.css') },
    { path: '/assets/refresh.js', type: 'text/javascript; charset=utf-8', text: asset('./refresh.js') },
    { path: '/assets/icon.svg', type: 'image/svg+xml', text: asset('./icon.svg') },
  ];
  for (const { path, type, text } of assets) {
    http.get(path, (_request, reply) => reply.headers(SECURITY_HEADERS).type(type).send(text));
  }

  recordRoutes(http, { db, clock });

  http.get('/', (request, reply) => {
    const filter = readFilter(request.query as Record<string, unknown>);
    const lines = db
      .rows('Tickets')
      .filter(({ values }) => filter.show === 'all' || values.status !== STATUS_COMPLETE)
      .filter(({ values }) => filter.companyId === null || values.companyID === filter.companyId)
      .slice(-MAX_LINES)
      .reverse()
      .map((row) => lineOf(db, row, clock.now()));
    const companies = db
      .rows('Companies')
      .map(({ values }) => ({ id: values.id, name: text(values.companyName) }))
      .sort((a, b) => a.name.localeCompare(b.name));
    return sendPage(reply, 200, ticketList(lines, filter, companies));
  });

  const showTicket = (reply: FastifyReply, ticketId: string, status: number, problem: string | null) => {
    const row = /^\d{1,15}$/.test(ticketId) ? db.find('Tickets', Number(ticketId)) : undefined;
    if (!row)
      return sendPage(reply, 404, problemPage('No such ticket', 'It may have been removed, or the sandbox was reset.'));
    const statuses = db.picklist('Tickets', 'status').filter((one) => one.isActive);
    return sendPage(reply, status, ticketPage(detailsOf(db, row, clock.now()), statuses, problem));
  };

  http.get('/tickets/:ticketId', (request, reply) => {
    const { ticketId } = request.params as { ticketId: string };
    return showTicket(reply, ticketId, 200, null);
  });

  // The address that integrations link to: Autotask opens a ticket's page by it.
  http.get('/Autotask/AutotaskExtend/ExecuteCommand.aspx', (request, reply) => {
    const { Code, TicketID } = request.query as Record<string, unknown>;
    const isTicket = Code === 'OpenTicketDetail' && typeof TicketID === 'string' && /^\d{1,15}$/.test(TicketID);
    return reply.headers(SECURITY_HEADERS).redirect(isTicket ? `/tickets/${TicketID}` : '/');
  });

  http.post('/tickets/:ticketId/status', (request, reply) => {
    const { ticketId } = request.params as { ticketId: string };
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    try {
      demandOwnOrigin(request);
      const status = Number(form.get('status') || Number.NaN);
      controls.updateRow('Tickets', Number(ticketId), { status });
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      return showTicket(reply, ticketId, error.httpStatus, error.message);
    }
    return reply.redirect(`/tickets/${ticketId}`, 303);
  });
};

const readFilter = ({ show, company }: Record<string, unknown>): Filter => ({
  show: show === 'all' ? 'all' : 'open',
  companyId: typeof company === 'string' && /^\d{1,15}$/.test(company) ? Number(company) : null,
});

const lineOf = (db: Database, { values }: StoredRow, now: Date): TicketLine => {
  const label = (field: string) => {
    const value = text(values[field]);
    const known = db.picklist('Tickets', field).find((one) => one.value === value);
    return known ? `${known.label}${known.isActive ? '' : ' (inactive)'}` : value;
  };
  const isComplete = values.status === STATUS_COMPLETE;
  const company = db.find('Companies', Number(values.companyID));
  return {
    id: values.id,
    number: text(values.ticketNumber),
    title: text(values.title),
    company: company ? text(company.values.companyName) : `company ${text(values.companyID)} (removed)`,
    status: label('status'),
    isComplete,
    priority: label('priority'),
    queue: label('queueID'),
    created: text(values.createDate),
    due: text(values.dueDateTime),
    isOverdue: !isComplete && text(values.dueDateTime) !== '' && text(values.dueDateTime) < now.toISOString(),
    completed: text(values.completedDate),
    externalId: text(values.externalID),
  };
};

const detailsOf = (db: Database, row: StoredRow, now: Date): TicketDetails => {
  const notes = db.rows('TicketNotes').filter(({ values }) => values.ticketID === row.values.id);
  return {
    ...lineOf(db, row, now),
    description: text(row.values.description),
    resolution: text(row.values.resolution),
    statusId: text(row.values.status),
    notes: notes.map(({ values }) => {
      const author = db.find('Resources', Number(values.creatorResourceID))?.values;
      return {
        id: values.id,
        title: text(values.title),
        description: text(values.description),
        created: text(values.createDateTime),
        author: author ? `${text(author.firstName)} ${text(author.lastName)}` : 'somebody removed',
        visibility:
          db.picklist('TicketNotes', 'publish').find((one) => one.value === text(values.publish))?.label ?? 'nobody',
      };
    }),
  };
};
