import type { Database } from './database.ts';
import type { EntitySpec, StoredRow, Values } from './entities/entity.ts';
import { entityNamed } from './entities/list.ts';
import { UnknownThing } from './errors.ts';
import { type Actor, createRow, updateRow } from './writes.ts';

const INTERNAL_NOTE = { noteType: 1, publish: 2 };

const spec = (name: string): EntitySpec => {
  const found = entityNamed(name);
  if (!found) throw new UnknownThing(`There is no entity ${name}`);
  return found;
};

/**
 * The customer's Duplicate Ticket Handling: an older ticket of the same company and externalID or rmmAlertID.
 * It looks at a ticket that was just created, so a refused ticket is refused in either setting.
 *
 * @returns the id that the caller gets: the older ticket's, or the new one's
 */
export const handleDuplicate = (db: Database, created: StoredRow, actor: Actor, now: Date): number => {
  const { id, companyID, title, description } = created.values;
  const mode = db.switches.duplicateTickets;
  const keys = ['externalID', 'rmmAlertID'].filter((name) => (created.values[name] ?? '') !== '');
  if (mode === 'off' || keys.length === 0) return id;
  const isSame = ({ values }: StoredRow) =>
    values.companyID === companyID && keys.some((name) => values[name] === created.values[name]);
  const older = db.rows('Tickets').find((row) => row.values.id < id && isSame(row));
  if (!older) return id;
  db.remove('Tickets', id);
  if (mode === 'add-note') {
    const note = { title, description: description ?? title, ...INTERNAL_NOTE };
    createRow(db, spec('TicketNotes'), note, { actor, now, parentId: older.values.id });
  }
  return older.values.id;
};

/** The customer's workflow rules: what they change right after a ticket was created. */
export const runWorkflowRules = (db: Database, created: StoredRow, by: Actor, now: Date): void => {
  for (const { match, set } of db.workflowRules) {
    const ticket = db.find('Tickets', created.values.id);
    if (!ticket || !hasValues(ticket.values, match)) continue;
    updateRow(db, spec('Tickets'), { ...set, id: ticket.values.id }, { actor: by, now, verb: 'PATCH' });
  }
};

const hasValues = (values: Values, wanted: Values): boolean =>
  Object.entries(wanted).every(([name, value]) => values[name] === value);
