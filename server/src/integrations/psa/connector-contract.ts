import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewTicket, PsaConnector } from './connector.ts';
import {
  PsaBusy,
  PsaLoginRefused,
  PsaOutcomeUnknown,
  PsaReferenceInvalid,
  PsaTicketGone,
  PsaUnavailable,
} from './errors.ts';

/** A PSA that a test can steer: a small server that speaks the vendor's protocol, so that the connector cannot tell. */
export interface PsaStandIn {
  connector: PsaConnector;
  /** A new connector to the same PSA, as after a restart. */
  connectAgain(): PsaConnector;
  activeAccountId: string;
  inactiveAccountId: string;
  /** Choice ids of the required fields. */
  usualFields: Record<string, string | null>;
  closedStatus: string;
  /** The field that is raised, with two ids of it. */
  priority: { field: string; low: string; high: string };
  /** Ids of the tickets that are not closed, in the order of their creation. */
  openTickets(): string[];
  notesOf(ticketId: string): string[];
  fieldOf(ticketId: string, field: string): string | null;
  technicianCloses(ticketId: string): void;
  technicianSets(ticketId: string, field: string, choice: string): void;
  /** A person begins to work on it. */
  technicianTakes(ticketId: string): void;
  deleteTicket(ticketId: string): void;
  /** The next write is stored and its answer lost. */
  cutAfterNextWrite(): void;
  /** The next requests of any kind fail on the PSA's side, or find nobody at all. */
  goDown(): void;
  comeBack(): void;
  /** All further requests are too many. */
  refuseAsTooMany(): void;
  changeSecret(): void;
  removeChoice(field: string, choice: string): void;
  /** An optional field with a choice that can be removed. */
  optionalField: { field: string; choice: string };
  reset(): void;
  stop(): Promise<void>;
}

/** What every PSA connector promises. A new connector passes this before it has tests of its own. */
export const describePsaContract = (psaName: string, start: () => Promise<PsaStandIn>): void => {
  describe(`${psaName} keeps the PsaConnector contract`, () => {
    let psa: PsaStandIn;
    let tickets = 0;
    const aTicket = (more: Partial<NewTicket> = {}): NewTicket => ({
      key: `ksi1:${(tickets++).toString(16).padStart(40, '0')}`,
      accountId: psa.activeAccountId,
      title: 'WS-1: Databases are outdated',
      description: 'Device: WS-1\nStatus: Critical',
      fields: psa.usualFields,
      dueAt: new Date(Date.now() + 12 * 3_600_000),
      ...more,
    });
    const note = (key: string) => ({ key, title: 'The reason is gone', text: 'Databases are up to date' });

    beforeAll(async () => {
      psa = await start();
    });
    beforeEach(() => psa.reset());
    afterAll(() => psa.stop());

    it('opens one ticket however often the same key is sent', async () => {
      const ticket = aTicket();
      const first = await psa.connector.openTicket(ticket);
      const again = await psa.connector.openTicket(ticket);
      expect(first.how).toBe('created');
      expect(again).toMatchObject({ ticketId: first.ticketId, how: 'found' });
      expect(psa.openTickets()).toEqual([first.ticketId]);
    });

    it('finds the ticket of an earlier try whose answer was lost, after a restart too', async () => {
      const ticket = aTicket();
      psa.cutAfterNextWrite();
      await expect(psa.connector.openTicket(ticket)).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      const after = await psa.connectAgain().openTicket(ticket);
      expect(after.how).toBe('found');
      expect(psa.openTickets()).toEqual([after.ticketId]);
    });

    it('tells number, account, choices and status of a ticket that it opened', async () => {
      const opened = await psa.connector.openTicket(aTicket());
      expect(opened.number).toMatch(/\S/);
      expect(opened.accountId).toBe(psa.activeAccountId);
      expect(opened.completedAt).toBeNull();
      for (const [field, choice] of Object.entries(psa.usualFields)) {
        if (choice !== null && field in opened.fields) expect(opened.fields[field]).toBe(choice);
      }
    });

    it('takes text of any length and any characters', async () => {
      const ticket = aTicket({
        title: `${'Ü🦠'.repeat(300)}\u0000\n`,
        description: `a\u0007\ud800b\n${'x'.repeat(20_000)}`,
      });
      const opened = await psa.connector.openTicket(ticket);
      expect(psa.openTickets()).toEqual([opened.ticketId]);
    });

    it('refuses an account that is inactive and says that a reference is to blame', async () => {
      const opening = psa.connector.openTicket(aTicket({ accountId: psa.inactiveAccountId }));
      await expect(opening).rejects.toBeInstanceOf(PsaReferenceInvalid);
      expect(psa.openTickets()).toEqual([]);
    });

    it('opens the ticket without an optional choice that was deleted, and says which', async () => {
      const { field, choice } = psa.optionalField;
      psa.removeChoice(field, choice);
      const opened = await psa.connector.openTicket(aTicket({ fields: { ...psa.usualFields, [field]: choice } }));
      expect(opened.leftOut).toContain(field);
    });

    it('does not open a ticket whose required choice was deleted', async () => {
      psa.removeChoice(psa.priority.field, psa.priority.high);
      const fields = { ...psa.usualFields, [psa.priority.field]: psa.priority.high };
      await expect(psa.connector.openTicket(aTicket({ fields }))).rejects.toBeInstanceOf(PsaReferenceInvalid);
      expect(psa.openTickets()).toEqual([]);
    });

    it('closes with one note, and closing again does nothing', async () => {
      const { ticketId } = await psa.connector.openTicket(aTicket());
      const close = { closedStatus: psa.closedStatus, note: note('close-1') };
      expect(await psa.connector.closeTicket(ticketId, close)).toBe('closed');
      expect(await psa.connector.closeTicket(ticketId, close)).toBe('was-closed');
      expect(psa.openTickets()).toEqual([]);
      expect(psa.notesOf(ticketId)).toHaveLength(1);
    });

    it('closes with one note when an answer is lost on the way', async () => {
      const { ticketId } = await psa.connector.openTicket(aTicket());
      const close = { closedStatus: psa.closedStatus, note: note('close-2') };
      psa.cutAfterNextWrite(); // the note's
      await expect(psa.connector.closeTicket(ticketId, close)).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      psa.cutAfterNextWrite(); // the closing's
      expect(await psa.connector.closeTicket(ticketId, close)).toBe('closed');
      expect(psa.openTickets()).toEqual([]);
      expect(psa.notesOf(ticketId)).toHaveLength(1);
    });

    it('opens a closed ticket again, as the same one and with one note', async () => {
      const { ticketId } = await psa.connector.openTicket(aTicket());
      const status = psa.usualFields['status'] ?? '';
      const reopen = { status, closedStatus: psa.closedStatus, note: note('reopen-1') };
      await psa.connector.closeTicket(ticketId, { closedStatus: psa.closedStatus, note: note('close-5') });
      psa.cutAfterNextWrite(); // the change of the status, which is read again
      psa.cutAfterNextWrite(); // the note
      await expect(psa.connector.reopenTicket(ticketId, reopen)).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      psa.comeBack();
      expect(await psa.connector.reopenTicket(ticketId, reopen)).toBe('was-open');
      expect(psa.openTickets()).toEqual([ticketId]);
      expect(psa.notesOf(ticketId)).toHaveLength(2);
      psa.deleteTicket(ticketId);
      await expect(psa.connector.reopenTicket(ticketId, reopen)).rejects.toBeInstanceOf(PsaTicketGone);
      await expect(psa.connector.addNote(ticketId, note('n'))).rejects.toBeInstanceOf(PsaTicketGone);
    });

    it('notes a ticket that a person works on instead of closing it, when asked to', async () => {
      const opened = await psa.connector.openTicket(aTicket());
      const { ticketId, statusId, assigneeId } = opened;
      const close = { closedStatus: psa.closedStatus, note: note('close-6'), unlessWorkedOn: { statusId, assigneeId } };
      psa.technicianTakes(ticketId);
      expect(await psa.connector.closeTicket(ticketId, close)).toBe('is-worked-on');
      expect(psa.openTickets()).toEqual([ticketId]);
      expect(psa.notesOf(ticketId)).toHaveLength(1);
      expect(await psa.connector.closeTicket(ticketId, { ...close, unlessWorkedOn: null })).toBe('closed');
      const other = await psa.connector.openTicket(aTicket());
      expect(await psa.connector.closeTicket(other.ticketId, close)).toBe('closed');
    });

    it('lists the open tickets of a key prefix, the oldest first', async () => {
      const one = await psa.connector.openTicket(aTicket());
      const closed = await psa.connector.openTicket(aTicket());
      const two = await psa.connector.openTicket(aTicket());
      await psa.connector.openTicket(aTicket({ key: 'another-program:1' }));
      psa.technicianCloses(closed.ticketId);
      const found = await psa.connector.listOpenByKey('ksi1:');
      expect(found.map(({ ticketId, key }) => [ticketId, key])).toEqual([
        [one.ticketId, one.key],
        [two.ticketId, two.key],
      ]);
    });

    it('leaves a ticket alone that a person closed', async () => {
      const { ticketId } = await psa.connector.openTicket(aTicket());
      psa.technicianCloses(ticketId);
      const close = { closedStatus: psa.closedStatus, note: note('close-3') };
      expect(await psa.connector.closeTicket(ticketId, close)).toBe('was-closed');
      expect(psa.notesOf(ticketId)).toEqual([]);
    });

    it('says that a ticket is gone when it was deleted', async () => {
      const { ticketId } = await psa.connector.openTicket(aTicket());
      psa.deleteTicket(ticketId);
      const closing = psa.connector.closeTicket(ticketId, { closedStatus: psa.closedStatus, note: note('close-4') });
      await expect(closing).rejects.toBeInstanceOf(PsaTicketGone);
      expect(await psa.connector.readTickets([ticketId])).toEqual([]);
    });

    it('raises a ticket once, and not when a person has chosen otherwise', async () => {
      const { field, low, high } = psa.priority;
      const fields = { ...psa.usualFields, [field]: low };
      const { ticketId } = await psa.connector.openTicket(aTicket({ fields }));
      const change = { field, from: low, to: high, closedStatus: psa.closedStatus, note: note('raise-1') };
      expect(await psa.connector.changeField(ticketId, change)).toBe('changed');
      expect(await psa.connector.changeField(ticketId, change)).toBe('changed');
      expect(psa.fieldOf(ticketId, field)).toBe(high);
      expect(psa.notesOf(ticketId)).toHaveLength(1);

      const other = await psa.connector.openTicket(aTicket({ fields: { ...psa.usualFields, [field]: high } }));
      expect(await psa.connector.changeField(other.ticketId, { ...change, from: 'another', to: low })).toBe(
        'was-changed-by-hand',
      );
      expect(psa.fieldOf(other.ticketId, field)).toBe(high);
    });

    it('reads tickets by id, with what people did to them', async () => {
      const one = await psa.connector.openTicket(aTicket());
      const two = await psa.connector.openTicket(aTicket());
      psa.technicianCloses(two.ticketId);
      const read = await psa.connector.readTickets([one.ticketId, two.ticketId, '999999999']);
      expect(read.map(({ ticketId }) => ticketId)).toEqual([one.ticketId, two.ticketId]);
      expect(read.map(({ completedAt }) => completedAt === null)).toEqual([true, false]);
    });

    it('lists all accounts, active and inactive, and then only what changed', async () => {
      const all = await psa.connector.listAccounts({ changedSince: null });
      const [account] = await psa.connector.readAccounts([psa.activeAccountId]);
      expect(all.accounts).toContainEqual(account);
      expect(all.accounts.map(({ id }) => id)).toContain(psa.inactiveAccountId);
      const later = await psa.connector.listAccounts({ changedSince: all.cursor });
      expect(later.accounts.length).toBeLessThanOrEqual(all.accounts.length);
      const both = await psa.connector.readAccounts([psa.activeAccountId, psa.inactiveAccountId, '999999999']);
      expect(both.map(({ active }) => active).sort()).toEqual([false, true]);
    });

    it('lists the choices of every routing field, and belongs each dependent choice to a parent', async () => {
      const fields = await psa.connector.fields();
      for (const [name, choice] of Object.entries(psa.usualFields)) {
        const field = fields.find((each) => each.name === name);
        if (choice !== null) expect(field?.choices.find(({ id }) => id === choice)?.active).toBe(true);
      }
      for (const field of fields.filter(({ parent }) => parent !== null)) {
        const parents = fields.find(({ name }) => name === field.parent)?.choices.map(({ id }) => id) ?? [];
        expect(field.choices.length).toBeGreaterThan(0);
        for (const { parentId } of field.choices) expect(parents).toContain(parentId);
      }
    });

    it('says that the PSA is unavailable, and works again when it is back', async () => {
      psa.goDown();
      const opening = psa.connector.openTicket(aTicket());
      await expect(opening).rejects.toBeInstanceOf(PsaUnavailable);
      psa.comeBack();
      await psa.connector.openTicket(aTicket());
      expect(psa.openTickets()).toHaveLength(1);
    });

    it('says that it is too much, and when to come again', async () => {
      psa.refuseAsTooMany();
      const reading = psa.connectAgain().listAccounts({ changedSince: null });
      await expect(reading).rejects.toBeInstanceOf(PsaBusy);
    });

    it('says that the login is refused, once, and does not try on', async () => {
      psa.changeSecret();
      await expect(psa.connector.openTicket(aTicket())).rejects.toBeInstanceOf(PsaLoginRefused);
      const steps = await psa.connectAgain().test();
      expect(steps.at(-1)).toMatchObject({ step: 'Login', ok: false });
    });

    it('passes its own test when all is well', async () => {
      const steps = await psa.connector.test();
      expect(steps.filter(({ ok }) => !ok)).toEqual([]);
      expect(steps.length).toBeGreaterThanOrEqual(3);
    });
  });
};
