import type { GuardName } from '@gatehouse/contract';
import type { Connection, Integrations, OpenedTicket } from '../psa/index.ts';
import {
  PsaAnswerUnreadable,
  PsaBusy,
  PsaError,
  PsaOutcomeUnknown,
  PsaReferenceInvalid,
  PsaTicketGone,
  psaKindOf,
} from '../psa/index.ts';
import { lineOf } from './log-lines.ts';
import type { DecisionWord } from './store-decisions.ts';
import type { Delivery } from './store-outbox.ts';
import type { TicketRow } from './store-tickets.ts';
import type { InOneTransaction } from './store-unit.ts';

const SECOND_MS = 1_000;
/** Seconds before each further try of one delivery: a minute, five, half an hour, then hourly for a day. */
const AGAIN_SECONDS = [60, 300, 1_800, ...Array.from({ length: 24 }, () => 3_600)];
/** After an unknown outcome the PSA gets this long to finish storing before it is asked by key. */
const SETTLE_SECONDS = 5;
const INACTIVE_ACCOUNT_SECONDS = 3_600;
/** A call can take longer than the hold on its delivery lasts. */
const SIGN_OF_LIFE_MS = 15_000;
/** Tickets of one integration at once: a PSA takes few requests at a time. */
const AT_ONCE = 2;
const BATCH = 100;

interface Outcome {
  decision: DecisionWord;
  explanation: string;
  ticket: Partial<TicketRow>;
  guard?: GuardName;
}

interface Surroundings {
  clock: () => Date;
  /** Multiplies every pause; 1 outside tests. */
  pauseScale: number;
}

/** What to do after a failure that is this ticket's own. */
type Consequence = { again: number; uncounted: boolean } | 'fail' | 'gone';

const consequence = (error: PsaError, delivery: Delivery, attempt: number): Consequence => {
  if (error instanceof PsaTicketGone) return 'gone';
  // A page of a proxy in the way says nothing about the ticket: the next try asks by key what became of this one.
  const isDoubtful = error instanceof PsaOutcomeUnknown || error instanceof PsaAnswerUnreadable;
  if (!error.retryable && !isDoubtful) return 'fail';
  // It did not reach the PSA: politeness costs no try.
  if (error instanceof PsaBusy) return { again: error.retryAfterSeconds, uncounted: true };
  const pauses = isDoubtful && delivery.action === 'open' ? [SETTLE_SECONDS, ...AGAIN_SECONDS] : AGAIN_SECONDS;
  const seconds = pauses[attempt - 1];
  return seconds === undefined ? 'fail' : { again: seconds, uncounted: false };
};

/**
 * Carries out what was decided: each ticket's outbox in its order, one step after the other. Safe to run again at any
 * point and in two places at once: a delivery is claimed before the call, and the PSA is asked by key before a ticket
 * is opened.
 */
export const carryOut = ({
  inOneTransaction,
  integrations,
  isAccountUsable,
  workedOn,
  onChange,
  surroundings: { clock, pauseScale },
}: {
  inOneTransaction: InOneTransaction;
  integrations: Integrations;
  /** Asks the PSA again whether the ticket's account is there and active. */
  isAccountUsable(connection: Connection, ticket: TicketRow): Promise<boolean>;
  /** What becomes of a ticket whose reason is gone while a person works on it. */
  workedOn(integrationId: string): Promise<'close' | 'note'>;
  onChange(): void;
  surroundings: Surroundings;
}) => {
  const later = (seconds: number): Date => new Date(clock().getTime() + seconds * SECOND_MS * pauseScale);

  const opened = (psaTitle: string, delivery: Delivery, ticket: OpenedTicket): Outcome => {
    const number = ticket.number ?? ticket.ticketId;
    const how = {
      created: `${psaTitle} opened ticket ${number}`,
      found: `${psaTitle} has ticket ${number} for it from an earlier try`,
      merged: `${psaTitle} counts it as a duplicate of ticket ${number}; a note was added there`,
    }[ticket.how];
    const without =
      ticket.leftOut.length > 0
        ? `. Left out, since ${psaTitle} no longer knows the choice: ${ticket.leftOut.join(', ')}`
        : '';
    return {
      decision: 'open',
      explanation: `${delivery.why}. ${how}${without}`,
      ticket: {
        psa_ticket_id: ticket.ticketId,
        psa_number: ticket.number,
        psa_url: ticket.url,
        opened_status: ticket.statusId,
        opened_assignee: ticket.assigneeId,
        checked_at: clock(),
        problem: without === '' ? null : without.slice(2),
      },
    };
  };

  const closedStatusOf = (connection: Connection, ticket: TicketRow): string =>
    ticket.fields[connection.roles.closedStatus] ?? '';

  const perform = async (connection: Connection, ticket: TicketRow, delivery: Delivery): Promise<Outcome> => {
    const { connector, roles, kindId } = connection;
    const psaTitle = psaKindOf(kindId).title;
    const ticketId = ticket.psa_ticket_id;
    if (delivery.action === 'open') {
      const { key, account_id: accountId, title, description, fields, due_at: dueAt } = ticket;
      return opened(
        psaTitle,
        delivery,
        await connector.openTicket({ key, accountId, title, description, fields, dueAt }),
      );
    }
    if (ticketId === null) throw new PsaTicketGone('The ticket was never opened in the PSA');
    const closedStatus = closedStatusOf(connection, ticket);
    const note = { key: `${ticket.key}:${delivery.id}`, text: delivery.why };

    if (delivery.action === 'raise') {
      const { from, to } = delivery.change as { from: string | null; to: string };
      const done = await connector.changeField(ticketId, {
        field: roles.priority,
        from,
        to,
        closedStatus,
        note: { ...note, title: 'Gatehouse: the priority was raised' },
      });
      const what = {
        changed: 'the priority was raised',
        'was-changed-by-hand': 'a person has set the priority meanwhile, so it was left',
        'was-closed': 'a person has closed the ticket meanwhile, so it was left',
      }[done];
      return { decision: 'raise', explanation: `${delivery.why}. ${psaTitle}: ${what}`, ticket: {} };
    }
    if (delivery.action === 'note') {
      await connector.addNote(ticketId, { ...note, title: String(delivery.change['title']) });
      return { decision: 'note', explanation: `${delivery.why}. ${psaTitle}: a note was added`, ticket: {} };
    }
    if (delivery.action === 'reopen') {
      const status = ticket.fields[roles.newStatus] ?? '';
      const how = await connector.reopenTicket(ticketId, {
        status,
        closedStatus,
        note: { ...note, title: 'Gatehouse: the reason is back' },
      });
      const guard = delivery.change['guard'] as GuardName;
      const what = how === 'reopened' ? 'the same ticket was opened again' : 'the ticket was open still';
      return {
        decision: 'open',
        explanation: `${delivery.why}. ${psaTitle}: ${what}`,
        ticket: { opened_status: status },
        ...(guard === 'flap' ? { guard } : {}),
      };
    }
    const isPolite = (await workedOn(ticket.integration_id)) === 'note';
    const done = await connector.closeTicket(ticketId, {
      closedStatus,
      note: { ...note, title: 'Gatehouse: the reason is gone' },
      unlessWorkedOn: isPolite ? { statusId: ticket.opened_status, assigneeId: ticket.opened_assignee } : null,
    });
    const now = clock();
    if (done === 'is-worked-on') {
      return {
        decision: 'note',
        explanation: `${delivery.why}. ${psaTitle}: a person works on the ticket, so it was noted there and left open`,
        ticket: { state: 'open', left_to_person_at: now, checked_at: now, problem: null },
        guard: 'worked-on',
      };
    }
    // After an attempt whose answer was lost, "was closed" may well be our own doing.
    const isOurs = done === 'closed' || delivery.attempts > 1;
    const what = isOurs ? 'the ticket was closed' : 'the ticket was closed by a person already';
    return {
      decision: 'close',
      explanation: `${delivery.why}. ${psaTitle}: ${what}`,
      ticket: {
        state: 'closed',
        closed_at: now,
        closed_by: isOurs ? 'us' : 'person',
        over_at: now,
        checked_at: now,
        problem: null,
      },
    };
  };

  const succeed = (
    ticket: TicketRow,
    delivery: Delivery,
    { decision, explanation, ticket: change, guard }: Outcome,
  ): Promise<void> =>
    inOneTransaction(async ({ tickets, decisions }) => {
      const now = clock();
      await tickets.endDelivery(delivery.id, 'done', null);
      if (delivery.action === 'open') {
        await tickets.confirmOpened(ticket.id, { psa_ticket_id: null, problem: null, ...change });
      } else if (delivery.action === 'reopen') {
        await tickets.confirmOpened(ticket.id, { ...change, problem: null });
      } else {
        await tickets.change(ticket.id, change.state ? change : { ...change, problem: null });
      }
      const line = lineOf(ticket, decision, explanation, now);
      await decisions.add([guard ? { ...line, guard, held: 1 } : line]);
    });

  const putOff = async (
    ticket: TicketRow,
    delivery: Delivery,
    at: Date,
    error: PsaError,
    uncounted: boolean,
  ): Promise<void> => {
    await inOneTransaction(async ({ tickets, decisions }) => {
      await tickets.putOff(delivery.id, at, error.message, { uncounted });
      await tickets.change(ticket.id, { problem: error.message });
      // The same failure again is no news; the ticket shows that it waits.
      if (delivery.problem !== error.message) {
        const answer = error.answer ? ` It answered: ${error.answer}` : '';
        await decisions.add([lineOf(ticket, 'wait', `${delivery.why}. Put off: ${error.message}${answer}`, clock())]);
      }
    });
  };

  const giveUp = (ticket: TicketRow, delivery: Delivery, error: PsaError): Promise<void> =>
    inOneTransaction(async ({ tickets, decisions }) => {
      await tickets.endDelivery(delivery.id, 'failed', error.message);
      // A raise that is refused leaves a good ticket behind.
      await tickets.change(
        ticket.id,
        delivery.action === 'raise' || delivery.action === 'note'
          ? { problem: error.message }
          : { state: 'failed', problem: error.message },
      );
      const answer = error.answer ? ` It answered: ${error.answer}` : '';
      await decisions.add([lineOf(ticket, 'fail', `${delivery.why}. ${error.message}${answer}`, clock())]);
    });

  const forget = (ticket: TicketRow, error: PsaError): Promise<void> =>
    inOneTransaction(async ({ tickets, decisions }) => {
      const now = clock();
      await tickets.dropAll(ticket.id, error.message);
      const ended = { state: 'closed', closed_at: now, closed_by: 'gone', over_at: now } as const;
      await tickets.change(ticket.id, { ...ended, problem: error.message });
      await decisions.add([lineOf(ticket, 'note', error.message, now)]);
    });

  const fail = async (
    connection: Connection,
    ticket: TicketRow,
    delivery: Delivery,
    error: PsaError,
  ): Promise<void> => {
    const whole = await integrations.reportFailure(connection.integrationId, error);
    if (whole === 'stopped') return putOff(ticket, delivery, clock(), error, true);
    if (whole !== null) return putOff(ticket, delivery, whole, error, true);
    const isAboutAccount =
      error instanceof PsaReferenceInvalid &&
      delivery.action === 'open' &&
      !(await isAccountUsable(connection, ticket));
    const next: Consequence = isAboutAccount
      ? { again: INACTIVE_ACCOUNT_SECONDS, uncounted: true }
      : consequence(error, delivery, delivery.attempts);
    if (next === 'gone') return forget(ticket, error);
    if (next === 'fail') return giveUp(ticket, delivery, error);
    await putOff(ticket, delivery, later(next.again), error, next.uncounted);
  };

  /** Holds a delivery for as long as `work` takes, so that no second process takes it for left behind. */
  const holding = async <T>(deliveryId: number, work: () => Promise<T>): Promise<T> => {
    let beat: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      // A sign of life that is not written costs at most a second try, which asks the PSA by key first.
      beat = inOneTransaction(({ tickets }) => tickets.hold(deliveryId, clock())).catch(() => {});
    }, SIGN_OF_LIFE_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      await beat;
    }
  };

  /** One step. `more`: there may be another one to take at once; `held`: nothing of the integration can be told now */
  const step = async (ticketId: string): Promise<'more' | 'done' | 'held'> => {
    const now = clock();
    const found = await inOneTransaction(async ({ tickets }) => {
      const delivery = await tickets.nextDelivery(ticketId);
      const ticket = delivery && (await tickets.find(ticketId));
      return ticket && { ticket, delivery };
    });
    if (!found || found.delivery.not_before > now) return 'done';
    const { ticket } = found;
    // Off, stopped or in a pause: what is planned stays planned, and the next reading of the sources picks it up.
    const connection = (await integrations.ready()).find(
      ({ integrationId }) => integrationId === ticket.integration_id,
    );
    if (!connection) return 'held';
    const claimed = await inOneTransaction(({ tickets }) => tickets.claim(found.delivery.id, now));
    if (!claimed) return 'done';
    const delivery = { ...found.delivery, attempts: found.delivery.attempts + 1 };

    try {
      await succeed(ticket, delivery, await holding(delivery.id, () => perform(connection, ticket, delivery)));
      await integrations.reportSuccess(connection.integrationId);
      return 'more';
    } catch (error) {
      if (!(error instanceof PsaError)) throw error;
      try {
        await fail(connection, ticket, delivery, error);
      } catch (second) {
        // The question about the account failed too: then only the first failure is known.
        if (!(second instanceof PsaError)) throw second;
        await putOff(ticket, delivery, later(SETTLE_SECONDS), second, true);
      }
      return error instanceof PsaTicketGone ? 'more' : 'done';
    } finally {
      onChange();
    }
  };

  /** @returns whether the integration is held up, so that no other ticket of it need be looked at */
  const deliverTicket = async (ticketId: string, signal: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      const done = await step(ticketId);
      if (done !== 'more') return done === 'held';
    }
    return false;
  };

  /**
   * Works off an integration's outbox, a few tickets at a time.
   * @returns when there is more to do; null when the outbox is empty or something has to happen first
   */
  return async (integrationId: string, signal: AbortSignal): Promise<Date | null> => {
    const begun = clock();
    /** A ticket that comes up again at once has been taken by another process, or waits for the connection. */
    const tried = new Set<string>();
    let isHeld = false;
    while (!signal.aborted && !isHeld) {
      const due = await inOneTransaction(({ tickets }) => tickets.listDue(integrationId, clock(), BATCH));
      const batch = due.filter((ticketId) => !tried.has(ticketId));
      if (batch.length === 0) break;
      const left = batch.values();
      const worker = async (): Promise<void> => {
        for (const ticketId of left) {
          tried.add(ticketId);
          isHeld = (await deliverTicket(ticketId, signal)) || isHeld;
          if (isHeld) return;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    }
    // A pause that began in this run may be over by now: it counts too, but not before a moment has passed.
    const next = await inOneTransaction(({ tickets }) => tickets.nextDueAt(integrationId, begun));
    const soonest = later(1);
    return next && next < soonest ? soonest : next;
  };
};
