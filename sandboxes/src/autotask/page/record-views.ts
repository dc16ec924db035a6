import { moment, page } from './frame.ts';
import { html, type Markup } from './html.ts';

/** A value of a user-defined field. */
export interface FieldValue {
  name: string;
  value: string;
}

export interface UnitLine {
  service: string;
  from: string;
  to: string;
  units: number;
  price: number;
  posted: string;
  isCurrent: boolean;
}

export interface ContractView {
  id: number;
  name: string;
  company: string;
  type: string;
  status: string;
  from: string;
  to: string;
  isExpired: boolean;
  units: UnitLine[];
  adjustments: { service: string; day: string; change: number; id: number }[];
}

const day = (iso: string): Markup => (iso === '' ? html`` : html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`);

const table = (caption: string, columns: string[], rows: Markup[]): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>`;

const count = (number: number, one: string, several: string): string => `${number} ${number === 1 ? one : several}`;

export const contractList = (contracts: ContractView[]): string =>
  page(
    'Contracts',
    html`<h1>Contracts</h1>
<div data-live>
${contracts.length === 0 ? html`<p class="empty">No contracts.</p>` : ''}
${contracts.map(
  (contract) => html`<article>
<h2>${contract.name}</h2>
<p>${contract.company}, ${contract.type}, ${contract.status}, ${day(contract.from)} to ${day(contract.to)}${contract.isExpired ? html` <strong class="overdue">expired</strong>` : ''}, id ${contract.id}</p>
${contract.units.length === 0 ? html`<p class="hint">No services are on this contract.</p>` : unitTable(contract)}
${contract.adjustments.length === 0 ? '' : adjustmentTable(contract)}
</article>
`,
)}</div>`,
  );

const unitTable = ({ name, units }: ContractView): Markup => {
  const most = Math.max(1, ...units.map((line) => line.units));
  return table(
    `Units of ${name} per period`,
    ['Service', 'From', 'To', 'Units', 'Price', 'Approved and posted'],
    units.map(
      (line) => html`<tr>
<th scope="row">${line.service}${line.isCurrent ? html` <strong class="current">now</strong>` : ''}</th>
<td>${day(line.from)}</td><td>${day(line.to)}</td>
<td class="number">${line.units} <meter min="0" max="${most}" value="${line.units}" aria-hidden="true"></meter></td>
<td class="number">${line.price.toFixed(2)}</td><td>${line.posted === '' ? 'no' : moment(line.posted)}</td>
</tr>
`,
    ),
  );
};

const adjustmentTable = ({ name, adjustments }: ContractView): Markup =>
  table(
    `Adjustments of ${name}, the newest first`,
    ['Id', 'Service', 'Effective', 'Change'],
    adjustments.map(
      (line) => html`<tr>
<th scope="row">${line.id}</th><td>${line.service}</td><td>${day(line.day)}</td>
<td class="number">${line.change > 0 ? `+${line.change}` : line.change}</td>
</tr>
`,
    ),
  );

export interface ItemView {
  id: number;
  title: string;
  company: string;
  type: string;
  category: string;
  isActive: boolean;
  reference: string;
  modified: string;
  fields: FieldValue[];
}

const fieldList = (fields: FieldValue[]): Markup =>
  fields.length === 0
    ? html`<span class="hint">none</span>`
    : html`<dl>${fields.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

export const itemList = (items: ItemView[]): string =>
  page(
    'Configuration items',
    html`<h1>Configuration items</h1>
<div data-live>
${items.length === 0 ? html`<p class="empty">No configuration items.</p>` : html`<p class="hint">${count(items.length, 'item', 'items')}, the newest first. Times are UTC.</p>`}
${items.map(
  (item) => html`<article>
<h2>${item.title === '' ? `Item ${item.id}` : item.title}</h2>
<p>${item.company}, ${item.type === '' ? 'no type' : item.type}, category ${item.category}, <span class="status ${item.isActive ? 'complete' : 'open'}">${item.isActive ? 'active' : 'inactive'}</span>, changed ${moment(item.modified)}, id ${item.id}</p>
<p class="key">${item.reference}</p>
${fieldList(item.fields)}
</article>
`,
)}</div>`,
  );

export interface CompanyView {
  id: number;
  name: string;
  type: string;
  isActive: boolean;
  fields: FieldValue[];
}

export const companyList = (companies: CompanyView[]): string =>
  page(
    'Companies',
    html`<h1>Companies</h1>
<div data-live>
${table(
  `${count(companies.length, 'company', 'companies')} by name, with their user-defined fields`,
  ['Name', 'Type', 'State', 'Id', 'User-defined fields'],
  companies.map(
    (company) => html`<tr>
<th scope="row">${company.name}</th><td>${company.type}</td>
<td><span class="status ${company.isActive ? 'complete' : 'open'}">${company.isActive ? 'active' : 'inactive'}</span></td>
<td>${company.id}</td><td>${fieldList(company.fields)}</td>
</tr>
`,
  ),
)}
</div>`,
  );
