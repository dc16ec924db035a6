import type { Clock } from '../../platform/clock/index.ts';
import type { Log } from '../../platform/log/index.ts';
import {
  type Connection,
  defaultChoices,
  type Integrations,
  PsaError,
  PsaTicketGone,
  psaKindOf,
} from '../psa/index.ts';
import type { AlarmRow, HealthStore } from './store.ts';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const DUE_HOURS = 12;
/** Pauses after failures one after another; the last one repeats. */
const PAUSES_SECONDS = [60, 120, 300, 900];

/** Unique for ever, at most 50 characters; not of the form that tickets of devices have. */
const keyOf = (alarm: AlarmRow): string => `ghhealth:${alarm.id}`;

const titleOf = (alarm: AlarmRow): string =>
  alarm.kind === 'source'
    ? `Gatehouse cannot read the Administration Server ${alarm.name}`
    : `Gatehouse cannot use the integration ${alarm.name}`;

const textOf = (alarm: AlarmRow): string =>
  [
    titleOf(alarm),
    `Since: ${alarm.failing_since.toISOString()}`,
    `What it says: ${alarm.problem.message} (${alarm.problem.code})`,
    alarm.kind === 'source'
      ? 'Until it can be read again no ticket is opened or closed for its clients. Nothing is lost: reading goes on where it stopped.'
      : 'Until it works again its tickets wait in the queue. Nothing is lost: they are opened and closed then.',
    'This ticket is closed by Gatehouse when the connection works again.',
  ].join('\n');

/**
 * Opens and closes the tickets of alarms in the PSA. Safe to run again from the start: the ticket's key is made from the
 * alarm, so that an alarm has one ticket however often it is told.
 */
export const tellPsa = ({
  store,
  integrations,
  clock,
  pauseScale,
  log,
}: {
  store: HealthStore;
  integrations: Integrations;
  clock: Clock;
  pauseScale: number;
  log: Log;
}) => {
  const isOver = (alarm: AlarmRow): boolean => alarm.cleared_at !== null;

  const open = async (alarm: AlarmRow, connection: Connection): Promise<void> => {
    const { connector } = connection;
    if (isOver(alarm)) {
      // Over before it was confirmed. What was never sent is not there; after a doubtful answer only the key can tell.
      const [found] = alarm.attempts === 0 ? [] : await connector.listOpenByKey(keyOf(alarm));
      await store.change(
        alarm.id,
        found ? { ticket_state: 'closing', psa_ticket_id: found.ticketId } : { ticket_state: 'none' },
      );
      return;
    }
    const fields = defaultChoices(psaKindOf(connection.kindId), 'event-critical', await connector.fields());
    await store.change(alarm.id, { attempts: alarm.attempts + 1 });
    const opened = await connector.openTicket({
      key: keyOf(alarm),
      accountId: alarm.ticket_account_id ?? '',
      title: titleOf(alarm),
      description: textOf(alarm),
      fields,
      dueAt: new Date(clock().getTime() + DUE_HOURS * HOUR_MS),
    });
    await store.change(alarm.id, {
      ticket_state: 'open',
      psa_ticket_id: opened.ticketId,
      psa_number: opened.number,
      psa_url: opened.url,
      attempts: 0,
      next_try_at: null,
      ticket_problem: null,
    });
  };

  const close = async (alarm: AlarmRow, { connector, kindId, roles }: Connection): Promise<void> => {
    const fields = defaultChoices(psaKindOf(kindId), 'event-critical', await connector.fields());
    try {
      await connector.closeTicket(alarm.psa_ticket_id ?? '', {
        closedStatus: fields[roles.closedStatus] ?? '',
        note: {
          key: `${alarm.id}:over`,
          title: 'Works again',
          text: `The connection works again since ${alarm.cleared_at?.toISOString() ?? ''}.`,
        },
      });
    } catch (error) {
      if (!(error instanceof PsaTicketGone)) throw error; // deleted there: there is nothing to close
    }
    await store.change(alarm.id, { ticket_state: 'closed', next_try_at: null, ticket_problem: null });
  };

  return {
    /** Does what is due. What the PSA is not able to do now waits for its time. */
    async tellDue(): Promise<void> {
      const ready = new Map((await integrations.ready()).map((each) => [each.integrationId, each]));
      const known = await integrations.enabledIds();
      for (const alarm of await store.listDue(clock())) {
        const integrationId = alarm.ticket_integration_id ?? '';
        const connection = ready.get(integrationId);
        if (!connection) {
          if (known.has(integrationId)) continue; // it is down itself: its tickets wait until it works
          const gone = 'The integration that it was to go to is switched off or gone';
          await store.change(alarm.id, { ticket_state: 'failed', ticket_problem: gone });
          continue;
        }
        try {
          await (alarm.ticket_state === 'opening' ? open(alarm, connection) : close(alarm, connection));
          await integrations.reportSuccess(integrationId);
        } catch (error) {
          if (!(error instanceof PsaError)) throw error;
          await integrations.reportFailure(integrationId, error);
          const pauseSeconds = PAUSES_SECONDS[Math.min(alarm.attempts, PAUSES_SECONDS.length - 1)] ?? 900;
          await store.change(alarm.id, {
            // What the PSA refuses for good is a matter of the settings; it is tried again all the same, seldom.
            ticket_problem: error.message,
            attempts: alarm.attempts + 1,
            next_try_at: new Date(clock().getTime() + pauseSeconds * SECOND_MS * pauseScale),
          });
          log.warn({ alarm: alarm.name, code: error.code }, `The ticket of an alarm waits: ${error.message}`);
        }
      }
    },
  };
};
