import type { PicklistValue } from '../entities/entity.ts';
import { moment, page } from './frame.ts';
import { html, type Markup } from './html.ts';

export interface TicketLine {
  id: number;
  number: string;
  title: string;
  company: string;
  status: string;
  isComplete: boolean;
  priority: string;
  queue: string;
  created: string;
  due: string;
  isOverdue: boolean;
  completed: string;
  externalId: string;
}
export interface TicketDetails extends TicketLine {
  description: string;
  resolution: string;
  statusId: string;
  notes: { id: number; title: string; description: string; created: string; author: string; visibility: string }[];
}
export interface Filter {
  show: 'open' | 'all';
  companyId: number | null;
}

const status = ({ status: label, isComplete }: TicketLine): Markup =>
  html`<span class="status ${isComplete ? 'complete' : 'open'}">${label}</span>`;

export const ticketList = (lines: TicketLine[], filter: Filter, companies: { id: number; name: string }[]): string =>
  page(
    'Tickets',
    html`<h1>Tickets</h1>
<form class="filter" method="get" action="/">
<label>Show <select name="show">
<option value="open"${filter.show === 'open' ? html` selected` : ''}>open</option>
<option value="all"${filter.show === 'all' ? html` selected` : ''}>all</option>
</select></label>
<label>Company <select name="company">
<option value="">all companies</option>
${companies.map(({ id, name }) => html`<option value="${id}"${filter.companyId === id ? html` selected` : ''}>${name}</option>`)}
</select></label>
<button type="submit">Apply</button>
</form>
<div data-live>
${lines.length === 0 ? html`<p class="empty">No ${filter.show === 'open' ? 'open ' : ''}tickets.</p>` : ticketTable(lines, filter)}
</div>`,
  );

const ticketTable = (lines: TicketLine[], { show }: Filter): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Table of tickets">
<table>
<caption>${lines.length} ${show === 'open' ? 'open ' : ''}${lines.length === 1 ? 'ticket' : 'tickets'}, newest first. Times are UTC.</caption>
<thead><tr>
<th scope="col">Number</th><th scope="col">Title</th><th scope="col">Company</th><th scope="col">Status</th>
<th scope="col">Priority</th><th scope="col">Queue</th><th scope="col">Created</th><th scope="col">Due</th>
<th scope="col">Completed</th><th scope="col">External id</th>
</tr></thead>
<tbody>
${lines.map(
  (line) => html`<tr>
<th scope="row"><a href="/tickets/${line.id}">${line.number}</a></th>
<td class="title">${line.title}</td><td>${line.company}</td><td>${status(line)}</td>
<td>${line.priority}</td><td>${line.queue}</td><td>${moment(line.created)}</td>
<td>${moment(line.due)}${line.isOverdue ? html` <strong class="overdue">overdue</strong>` : ''}</td>
<td>${moment(line.completed)}</td><td class="key">${line.externalId}</td>
</tr>
`,
)}</tbody>
</table>
</div>`;

export const ticketPage = (ticket: TicketDetails, statuses: PicklistValue[], problem: string | null): string =>
  page(
    `${ticket.number} ${ticket.title}`,
    html`<p><a href="/">All tickets</a></p>
<h1>${ticket.number}: ${ticket.title}</h1>
${problem === null ? '' : html`<p class="problem" role="alert">The status was not changed. ${problem}</p>`}
<div data-live>
<dl>
<div><dt>Company</dt><dd>${ticket.company}</dd></div>
<div><dt>Status</dt><dd>${status(ticket)}</dd></div>
<div><dt>Priority</dt><dd>${ticket.priority}</dd></div>
<div><dt>Queue</dt><dd>${ticket.queue}</dd></div>
<div><dt>Created (UTC)</dt><dd>${moment(ticket.created)}</dd></div>
<div><dt>Due (UTC)</dt><dd>${moment(ticket.due)}${ticket.isOverdue ? html` <strong class="overdue">overdue</strong>` : ''}</dd></div>
<div><dt>Completed (UTC)</dt><dd>${moment(ticket.completed)}</dd></div>
<div><dt>External id</dt><dd class="key">${ticket.externalId}</dd></div>
</dl>
<h2>Description</h2>
<p class="text">${ticket.description === '' ? 'None.' : ticket.description}</p>
${ticket.resolution === '' ? '' : html`<h2>Resolution</h2><p class="text">${ticket.resolution}</p>`}
<h2>Notes</h2>
${ticket.notes.length === 0 ? html`<p>No notes.</p>` : ''}
${ticket.notes.map(
  (note) => html`<article>
<h3>${note.title === '' ? 'Note' : note.title}</h3>
<p class="hint">${moment(note.created)} by ${note.author}, for ${note.visibility}</p>
<p class="text">${note.description}</p>
</article>
`,
)}</div>
<h2>Change status</h2>
<form method="post" action="/tickets/${ticket.id}/status">
<label>Status <select name="status">
${statuses.map((one) => html`<option value="${one.value}"${one.value === ticket.statusId ? html` selected` : ''}>${one.label}</option>`)}
</select></label>
<button type="submit">Change as technician</button>
</form>`,
  );

export const problemPage = (title: string, sentence: string): string =>
  page(title, html`<h1>${title}</h1><p>${sentence}</p><p><a href="/">All tickets</a></p>`);
