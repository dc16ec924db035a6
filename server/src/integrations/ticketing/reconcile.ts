import { type Connection, type PsaTicket, psaKindOf } from '../psa/index.ts';
import type { follow } from './follow.ts';
import { lineOf } from './log-lines.ts';
import { KEY_PREFIX } from './new-ticket.ts';
import type { Found } from './store-reconciliation.ts';
import type { TicketRow } from './store-tickets.ts';
import type { InOneTransaction, Unit } from './store-unit.ts';

const DAY_MS = 86_400_000;
/** The report names this many; more than that is a lost database, which the count tells. */
const MOST_NAMED = 200;

const numberOf = ({ number, ticketId }: PsaTicket): string => number ?? ticketId;

/** Which of the PSA's open tickets are what, by our rows of the same keys. Decides only. */
export const compare = (
  inPsa: PsaTicket[],
  rows: ReadonlyMap<string, TicketRow>,
  integrationId: string,
): {
  unknown: PsaTicket[];
  doubled: { ticket: PsaTicket; first: PsaTicket; row: TicketRow }[];
  reopened: { ticket: PsaTicket; row: TicketRow }[];
  found: { ticket: PsaTicket; row: TicketRow }[];
} => {
  const result: ReturnType<typeof compare> = { unknown: [], doubled: [], reopened: [], found: [] };
  for (const [key, tickets] of Map.groupBy(inPsa, (ticket) => ticket.key ?? '')) {
    const row = rows.get(key);
    const first = tickets.find(({ ticketId }) => ticketId === row?.psa_ticket_id) ?? tickets[0];
    if (!row || !first) {
      result.unknown.push(...tickets);
      continue;
    }
    // Another integration with the same PSA sees to its own.
    if (row.integration_id !== integrationId) continue;
    for (const ticket of tickets) if (ticket !== first) result.doubled.push({ ticket, first, row });
    if (row.psa_ticket_id === null && row.state === 'failed') result.found.push({ ticket: first, row });
    if (row.state === 'closed' && row.closed_by === 'us') result.reopened.push({ ticket: first, row });
  }
  return result;
};

/**
 * Compares the tickets here with those in the PSA: at each start, since a crash or a restored database may have lost
 * something, and daily. What it finds is mended where that is safe and said in the decision log, once.
 */
export const reconcile = ({
  inOneTransaction,
  followTickets,
  clock,
}: {
  inOneTransaction: InOneTransaction;
  followTickets: ReturnType<typeof follow>;
  clock: () => Date;
}) => {
  /** When each integration was compared last by this process. */
  const compared = new Map<string, number>();

  const adopt = async ({ tickets, decisions }: Unit, row: TicketRow, ticket: PsaTicket, psaTitle: string) => {
    const why = `${psaTitle} has ticket ${numberOf(ticket)} for it from a try whose outcome nobody knew`;
    await tickets.dropAll(row.id, why);
    await tickets.dropFailed(row.id, why);
    await tickets.change(row.id, {
      state: 'open',
      psa_ticket_id: ticket.ticketId,
      psa_number: ticket.number,
      psa_url: ticket.url,
      opened_status: ticket.statusId,
      opened_assignee: ticket.assigneeId,
      checked_at: clock(),
      problem: null,
    });
    await decisions.add([lineOf(row, 'open', why, clock())]);
  };

  return async (connection: Connection): Promise<{ asked: boolean; changed: boolean }> => {
    const { integrationId, connector, kindId, roles } = connection;
    const begun = clock();
    if (begun.getTime() - (compared.get(integrationId) ?? 0) < DAY_MS) return { asked: false, changed: false };
    const psaTitle = psaKindOf(kindId).title;
    const inPsa = await connector.listOpenByKey(KEY_PREFIX);
    const keys = [...new Set(inPsa.flatMap(({ key }) => (key === null ? [] : [key])))];
    const before = await inOneTransaction(({ reconciliations }) => reconciliations.last(integrationId));

    const result = await inOneTransaction(async (unit) => {
      const sorted = compare(inPsa, await unit.tickets.findByKeys(keys), integrationId);
      for (const { ticket, row } of sorted.found) await adopt(unit, row, ticket, psaTitle);
      const news = sorted.reopened.filter(({ ticket }) => !before?.found.reopenedByPeople.includes(numberOf(ticket)));
      await unit.decisions.add(
        news.map(({ ticket, row }) =>
          lineOf(
            row,
            'note',
            `Ticket ${numberOf(ticket)} is open in ${psaTitle} though its reason was gone and Gatehouse closed it: a person opened it again, and closes it`,
            begun,
          ),
        ),
      );
      return sorted;
    });

    // Only a second attempt whose outcome nobody knew can have made it; people never copy the key.
    for (const { ticket, first, row } of result.doubled) {
      const closedStatus = row.fields[roles.closedStatus] ?? '';
      const text = `This is a second ticket for the same thing; ticket ${numberOf(first)} stands for it`;
      const done = await connector.closeTicket(ticket.ticketId, {
        closedStatus,
        note: { key: `${row.key}:double:${ticket.ticketId}`, title: 'Gatehouse: a double', text },
        unlessWorkedOn: { statusId: row.fields[roles.newStatus] ?? null, assigneeId: null },
      });
      const what = done === 'is-worked-on' ? 'a person works on it, so it was left open with a note' : 'it was closed';
      await inOneTransaction(({ decisions }) =>
        decisions.add([lineOf(row, 'note', `${psaTitle} has ticket ${numberOf(ticket)} for it too: ${what}`, clock())]),
      );
    }

    let closedThere = 0;
    for (let asked = true; asked; ) {
      const followed = await followTickets(connection, begun);
      closedThere += followed.closed;
      asked = followed.asked;
    }

    const named = (tickets: PsaTicket[]): string[] => tickets.slice(0, MOST_NAMED).map(numberOf);
    const found: Found = {
      unknown: named(result.unknown),
      reopenedByPeople: named(result.reopened.map(({ ticket }) => ticket)),
      doubled: named(result.doubled.map(({ ticket }) => ticket)),
      found: named(result.found.map(({ ticket }) => ticket)),
      closedThere,
    };
    const strangers = result.unknown.filter((ticket) => !before?.found.unknown.includes(numberOf(ticket)));
    await inOneTransaction(async ({ decisions, reconciliations }) => {
      await reconciliations.keep(integrationId, begun, found);
      if (strangers.length === 0) return;
      const count = `${strangers.length} open ${strangers.length === 1 ? 'ticket' : 'tickets'}`;
      await decisions.add([
        {
          at: begun,
          integration_id: integrationId,
          source_id: null,
          tenant_id: '',
          tenant_name: '',
          decision: 'note',
          reason: 'reconciliation',
          device_id: '',
          device_name: '',
          ticket_id: null,
          explanation: `${psaTitle} has ${count} with a key of Gatehouse that this installation does not know: ${named(strangers).join(', ')}. Another installation opened them, or this one's data is from before; they were left as they are`,
          severity: null,
        },
      ]);
    });
    compared.set(integrationId, begun.getTime());
    const changed = closedThere + result.found.length + result.doubled.length + result.reopened.length > 0;
    return { asked: true, changed };
  };
};
