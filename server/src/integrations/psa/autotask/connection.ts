import type { PsaAccount } from '@gatehouse/contract';
import type {
  CallPriority,
  NewTicket,
  Note,
  OpenedTicket,
  PsaConnector,
  PsaTicket,
  Surroundings,
} from '../connector.ts';
import { PsaOutcomeUnknown, PsaReferenceInvalid, PsaRefused, PsaTicketGone, PsaTicketLocked } from '../errors.ts';
import { autotaskAccountFields } from './account-fields.ts';
import { accountFields, asAccount, listAutotaskAccounts } from './accounts.ts';
import { autotaskBilling } from './billing.ts';
import { type AutotaskClient, autotaskClient, type Row } from './client.ts';
import { autotaskConfigurationItems } from './configuration-items.ts';
import { fieldCache, optionalFields, rowFields } from './fields.ts';
import { testAutotask } from './rights.ts';
import type { AutotaskSettings } from './settings.ts';
import { DESCRIPTION_LENGTH, fit, NOTE_LENGTH, NOTE_TITLE_LENGTH, TITLE_LENGTH } from './text.ts';

/** Ids of one `in` filter. */
const IDS_PER_QUERY = 100;

const ticketFields = [
  'id',
  'ticketNumber',
  'companyID',
  'title',
  'externalID',
  'createDate',
  'completedDate',
  'assignedResourceID',
  ...rowFields,
];

const choice = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

const asTicket = async (client: AutotaskClient, row: Row): Promise<PsaTicket> => ({
  ticketId: String(row['id']),
  number: choice(row['ticketNumber']),
  url: await client.ticketUrl(String(row['id'])),
  accountId: String(row['companyID']),
  fields: Object.fromEntries(rowFields.map((name) => [name, choice(row[name])])),
  statusId: choice(row['status']),
  assigneeId: choice(row['assignedResourceID']),
  key: choice(row['externalID']),
  completedAt: typeof row['completedDate'] === 'string' ? new Date(row['completedDate']) : null,
});

const isClosed = (row: Row, closedStatus: string): boolean =>
  choice(row['status']) === closedStatus || typeof row['completedDate'] === 'string';

const chunks = <T>(items: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

/** Ids of Autotask are numbers; anything else can only be a slip of ours or a hand-made request, and matches nothing. */
const asNumbers = (ids: string[]): number[] => ids.map(Number).filter(Number.isSafeInteger);

const dateTime = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** Tickets, accounts and fields of one Autotask database. */
export const connectAutotask = (settings: AutotaskSettings, surroundings: Surroundings): PsaConnector => {
  const client = autotaskClient(settings, surroundings);
  const metadata = fieldCache(client, surroundings.clock);

  const findByKey = async (key: string): Promise<Row | null> => {
    const rows = await client.query(
      'Tickets',
      { filter: [{ op: 'eq', field: 'externalID', value: key }], IncludeFields: ticketFields },
      { priority: 'create' },
    );
    // Two rows can only come from an attempt whose outcome nobody learned: the first one counts, for ever.
    return rows.sort((a, b) => Number(a['id']) - Number(b['id']))[0] ?? null;
  };

  const addNote = async (ticketId: string, { key, title, text }: Note, priority: CallPriority): Promise<void> => {
    const marked = fit(`${fit(title, NOTE_TITLE_LENGTH - 20)} (${key.slice(-12)})`, NOTE_TITLE_LENGTH);
    const same = await client.query(
      'TicketNotes',
      {
        filter: [
          { op: 'eq', field: 'ticketID', value: Number(ticketId) },
          { op: 'eq', field: 'title', value: marked },
        ],
        IncludeFields: ['id'],
      },
      { priority },
    );
    if (same.length > 0) return;
    const row = {
      ticketID: Number(ticketId),
      title: marked,
      description: fit(text, NOTE_LENGTH),
      ...(await metadata.noteKinds()),
    };
    await client.create('TicketNotes', `Tickets/${ticketId}/Notes`, row, { priority });
  };

  const post = async (ticket: NewTicket, without: string[]): Promise<string> => {
    const chosen = rowFields
      .filter((name) => !without.includes(name))
      .flatMap((name): [string, number][] => {
        const value = ticket.fields[name];
        return value === null || value === undefined ? [] : [[name, Number(value)]];
      });
    return client.create('Tickets', 'Tickets', {
      companyID: Number(ticket.accountId),
      title: fit(ticket.title, TITLE_LENGTH).replaceAll('\n', ' '),
      description: fit(ticket.description, DESCRIPTION_LENGTH),
      dueDateTime: dateTime(ticket.dueAt),
      externalID: ticket.key,
      ...Object.fromEntries(chosen),
    });
  };

  /** An optional choice that was deleted must not keep a ticket from being opened: once more without those. */
  const create = async (ticket: NewTicket): Promise<{ ticketId: string; leftOut: string[] }> => {
    try {
      return { ticketId: await post(ticket, []), leftOut: [] };
    } catch (error) {
      if (!(error instanceof PsaReferenceInvalid)) throw error;
      metadata.forget();
      const named = error.field?.toLowerCase() ?? null;
      const sent = optionalFields.filter((name) => (ticket.fields[name] ?? null) !== null);
      const isOptional = named === null || sent.some((name) => name.toLowerCase() === named);
      if (sent.length === 0 || !isOptional) throw error;
      return { ticketId: await post(ticket, sent), leftOut: sent };
    }
  };

  const row = async (ticketId: string, priority: CallPriority): Promise<Row> => {
    const found = await client.get('Tickets', ticketId, { priority });
    if (!found) throw new PsaTicketGone(`Autotask has no ticket ${ticketId} any more: it was deleted or merged there`);
    return found;
  };

  /** Setting a field to a value has the same outcome however often it is done, so a doubtful answer is read again. */
  const patchTicket = async (ticketId: string, change: Row, priority: CallPriority): Promise<void> => {
    try {
      await client.patch('Tickets', { id: Number(ticketId), ...change }, { priority });
    } catch (error) {
      if (error instanceof PsaOutcomeUnknown) {
        const now = await row(ticketId, priority);
        if (Object.entries(change).every(([name, value]) => now[name] === value)) return;
        throw new PsaTicketLocked(`Ticket ${ticketId} could not be changed in Autotask: ${error.message}`, {
          cause: error,
          ...(error.answer ? { answer: error.answer } : {}),
        });
      }
      // A category or a right can keep single tickets from being edited; it may be lifted, so it is worth a later try.
      if (error instanceof PsaRefused) {
        throw new PsaTicketLocked(`Ticket ${ticketId} does not take the change: ${error.message}`, {
          cause: error,
          ...(error.answer ? { answer: error.answer } : {}),
        });
      }
      throw error;
    }
  };

  return {
    test: () => testAutotask(client),

    listAccounts: ({ changedSince }) => listAutotaskAccounts(client, changedSince),

    async readAccounts(accountIds) {
      const found: PsaAccount[] = [];
      for (const ids of chunks(asNumbers(accountIds), IDS_PER_QUERY)) {
        const rows = await client.query('Companies', {
          filter: [{ op: 'in', field: 'id', value: ids }],
          IncludeFields: accountFields,
        });
        found.push(...rows.map(asAccount));
      }
      return found;
    },

    fields: ({ fresh = false } = {}) => metadata.fields(fresh),

    async openTicket(ticket): Promise<OpenedTicket> {
      const before = await findByKey(ticket.key);
      if (before) return { ...(await asTicket(client, before)), how: 'found', leftOut: [] };
      const { ticketId, leftOut } = await create(ticket);
      // Only the stored row tells its number, and whether the database's duplicate handling chose an older ticket.
      const stored = await client.get('Tickets', ticketId, { priority: 'create' });
      if (!stored) {
        const unread = { number: null, statusId: null, assigneeId: null, completedAt: null };
        const told = { ticketId, accountId: ticket.accountId, fields: ticket.fields, key: ticket.key };
        return { ...told, ...unread, url: await client.ticketUrl(ticketId), how: 'created', leftOut };
      }
      const isOurs = stored['externalID'] === ticket.key;
      if (!isOurs) {
        await addNote(ticketId, { key: ticket.key, title: ticket.title, text: ticket.description }, 'create');
      }
      return { ...(await asTicket(client, stored)), how: isOurs ? 'created' : 'merged', leftOut };
    },

    async readTickets(ticketIds) {
      const found: PsaTicket[] = [];
      for (const ids of chunks(asNumbers(ticketIds), IDS_PER_QUERY)) {
        const rows = await client.query('Tickets', {
          filter: [{ op: 'in', field: 'id', value: ids }],
          IncludeFields: ticketFields,
        });
        for (const each of rows) found.push(await asTicket(client, each));
      }
      return found;
    },

    async listOpenByKey(prefix) {
      const rows = await client.query('Tickets', {
        filter: [
          { op: 'beginsWith', field: 'externalID', value: prefix },
          { op: 'notExist', field: 'completedDate' },
        ],
        IncludeFields: ticketFields,
      });
      const found: PsaTicket[] = [];
      for (const each of rows.sort((a, b) => Number(a['id']) - Number(b['id']))) {
        found.push(await asTicket(client, each));
      }
      return found;
    },

    async changeField(ticketId, { field, from, to, closedStatus, note }) {
      const now = await row(ticketId, 'create');
      if (isClosed(now, closedStatus)) return 'was-closed';
      const value = choice(now[field]);
      // Already there: the change of an earlier try whose answer was lost. Its note may still be missing.
      if (value !== to) {
        if (from !== null && value !== from) return 'was-changed-by-hand';
        await patchTicket(ticketId, { [field]: Number(to) }, 'create');
      }
      await addNote(ticketId, note, 'note');
      return 'changed';
    },

    async addNote(ticketId, note) {
      await row(ticketId, 'note'); // a note of a ticket that is gone would be refused in words that say nothing
      await addNote(ticketId, note, 'note');
    },

    async closeTicket(ticketId, { closedStatus, note, unlessWorkedOn = null }) {
      const now = await row(ticketId, 'close');
      if (isClosed(now, closedStatus)) return 'was-closed';
      const assignee = choice(now['assignedResourceID']);
      const isWorkedOn =
        unlessWorkedOn !== null &&
        ((unlessWorkedOn.statusId !== null && choice(now['status']) !== unlessWorkedOn.statusId) ||
          (assignee !== null && assignee !== unlessWorkedOn.assigneeId));
      await addNote(ticketId, note, 'close');
      if (isWorkedOn) return 'is-worked-on';
      await patchTicket(ticketId, { status: Number(closedStatus) }, 'close');
      return 'closed';
    },

    async reopenTicket(ticketId, { status, closedStatus, note }) {
      const wasClosed = isClosed(await row(ticketId, 'create'), closedStatus);
      if (wasClosed) await patchTicket(ticketId, { status: Number(status) }, 'create');
      await addNote(ticketId, note, 'create');
      return wasClosed ? 'reopened' : 'was-open';
    },

    usage: () => client.usage(),

    billing: autotaskBilling(client, surroundings.clock),
    accountFields: autotaskAccountFields(client),
    configurationItems: autotaskConfigurationItems(client),
  };
};
