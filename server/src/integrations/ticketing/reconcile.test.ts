import { describe, expect, it } from 'vitest';
import type { PsaTicket } from '../psa/index.ts';
import { compare } from './reconcile.ts';
import type { TicketRow } from './store-tickets.ts';

const ours = 'integration 1';
const inPsa = (ticketId: string, key: string): PsaTicket => ({
  ticketId,
  number: `T20260304.${ticketId}`,
  url: null,
  accountId: '175',
  fields: {},
  statusId: '1',
  assigneeId: null,
  key,
  completedAt: null,
});
const row = (key: string, more: Partial<TicketRow> = {}): [string, TicketRow] => [
  key,
  { key, integration_id: ours, psa_ticket_id: '1', state: 'open', closed_by: null, ...more } as TicketRow,
];
const compared = (tickets: PsaTicket[], ...rows: [string, TicketRow][]) => {
  const { unknown, doubled, reopened, found } = compare(tickets, new Map(rows), ours);
  const ids = (all: { ticket: PsaTicket }[]) => all.map(({ ticket }) => ticket.ticketId);
  return {
    unknown: unknown.map(({ ticketId }) => ticketId),
    doubled: ids(doubled),
    reopened: ids(reopened),
    found: ids(found),
  };
};
const nothing = { unknown: [], doubled: [], reopened: [], found: [] };

describe('comparing open tickets of the PSA with those here', () => {
  it('finds nothing to say of a ticket that is open in both', () => {
    expect(compared([inPsa('1', 'a')], row('a'))).toEqual(nothing);
  });

  it('reports a key that nobody here knows, and leaves those of another integration to it', () => {
    expect(compared([inPsa('1', 'x')])).toEqual({ ...nothing, unknown: ['1'] });
    const other = row('a', { integration_id: 'integration 2', state: 'failed', psa_ticket_id: null });
    expect(compared([inPsa('1', 'a'), inPsa('2', 'a')], other)).toEqual(nothing);
  });

  it('keeps the ticket that is known here, or else the first, and calls the others doubles', () => {
    expect(compared([inPsa('1', 'a'), inPsa('2', 'a')], row('a', { psa_ticket_id: '2' }))).toEqual({
      ...nothing,
      doubled: ['1'],
    });
    const opening = row('a', { psa_ticket_id: null, state: 'opening' });
    expect(compared([inPsa('1', 'a'), inPsa('2', 'a')], opening)).toEqual({ ...nothing, doubled: ['2'] });
  });

  it('takes up a ticket whose opening was given up, but not one that is being opened', () => {
    expect(compared([inPsa('1', 'a')], row('a', { psa_ticket_id: null, state: 'failed' }))).toEqual({
      ...nothing,
      found: ['1'],
    });
    expect(compared([inPsa('1', 'a')], row('a', { psa_ticket_id: null, state: 'opening' }))).toEqual(nothing);
  });

  it('sees that people opened again what Gatehouse had closed, and not what they had closed or what was left to them', () => {
    const closed = (by: TicketRow['closed_by']) =>
      compared([inPsa('1', 'a')], row('a', { state: 'closed', closed_by: by })).reopened;
    expect(closed('us')).toEqual(['1']);
    expect(closed('person')).toEqual([]);
    expect(closed('left')).toEqual([]);
  });
});
