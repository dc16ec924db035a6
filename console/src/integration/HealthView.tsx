import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { ConnectionHealth, HealthAlarm } from '@gatehouse/contract';
import { type Answer, AppLink, ListTable, paths, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { healthMessages } from './health-messages.ts';
import { lengthOf } from './health-words.ts';

const tones = { working: 'ok', waiting: 'info', failing: 'critical', stopped: 'critical', off: 'none' } as const;

const LengthView = ({ seconds }: { seconds: number | null }) => {
  const text = useText(healthMessages);
  if (seconds === null) return <>{text('unknown')}</>;
  const { unit, count } = lengthOf(seconds);
  return <>{text(unit, { count })}</>;
};

const UsageView = ({ usage, name }: { usage: NonNullable<ConnectionHealth['usage']>; name: string }) => {
  const text = useText(healthMessages);
  const percent = usage.threshold > 0 ? Math.min(100, Math.round((usage.used / usage.threshold) * 100)) : 0;
  return (
    <div>
      {usage.toldAt === null ? (
        text('usageUntold')
      ) : (
        <ProgressBar
          value={percent}
          ariaLabel={`${text('usage')}: ${name}`}
          additionalInfo={text('usageOf', { used: usage.used, threshold: usage.threshold })}
        />
      )}
      <div>{text('usageOwn', { own: usage.own, cap: usage.ownCap })}</div>
    </div>
  );
};

/** The failure in the words of the other side, and when it is tried again. */
const HoldUp = ({ item: { state, problem, nextTryAt } }: { item: ConnectionHealth }) => {
  const text = useText(healthMessages);
  if (!problem || state === 'off') return null;
  return (
    <span className="gh-wrap">
      {problem.message} <code>{problem.code}</code>
      <div>
        {text('nextTry')}:{' '}
        {state === 'stopped' ? text('byPerson') : nextTryAt ? <RelativeTime at={nextTryAt} /> : text('nextRound')}
      </div>
    </span>
  );
};

export const ConnectionsHealthView = ({ answer }: { answer: Answer<{ items: ConnectionHealth[] }> }) => {
  const text = useText(healthMessages);
  return (
    <ListTable
      label={text('connections')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
      columns={[
        {
          id: 'name',
          header: text('name'),
          minWidth: 170,
          cell: ({ kind, id, name }) => (
            <span className="gh-wrap">
              <AppLink to={kind === 'integration' ? paths.integration(id) : paths.sources}>{name}</AppLink>
              <div>{text(kind)}</div>
            </span>
          ),
        },
        {
          id: 'state',
          header: text('state'),
          minWidth: 150,
          cell: ({ state, failingSince, alarmSince }) => (
            <span className="gh-wrap">
              <StateMark tone={tones[state]}>{text(state)}</StateMark>
              {failingSince && state !== 'off' && (
                <div>
                  {text('failingSince')} <RelativeTime at={failingSince} />
                </div>
              )}
              {alarmSince && (
                <div>
                  {text('alarmSince')} <RelativeTime at={alarmSince} />
                </div>
              )}
            </span>
          ),
        },
        {
          id: 'success',
          header: text('lastSuccess'),
          minWidth: 120,
          cell: ({ lastSuccessAt }) => <RelativeTime at={lastSuccessAt} />,
        },
        {
          id: 'lag',
          header: text('lag'),
          minWidth: 130,
          cell: ({ kind, lagSeconds }) => (
            <span className="gh-wrap">
              <LengthView seconds={lagSeconds} />
              <div className="gh-dim">{text(kind === 'source' ? 'lagSource' : 'lagQueue')}</div>
            </span>
          ),
        },
        { id: 'queue', header: text('queue'), minWidth: 100, cell: ({ queue }) => queue?.waiting ?? '' },
        {
          id: 'usage',
          header: text('usage'),
          minWidth: 220,
          cell: ({ usage, name }) => usage && <UsageView usage={usage} name={name} />,
        },
        {
          id: 'problem',
          header: text('says'),
          minWidth: 260,
          cell: (item) => <HoldUp item={item} />,
        },
      ]}
    />
  );
};

const ticketWords = {
  opening: 'ticketOpening',
  open: 'ticketOpen',
  closing: 'ticketClosing',
  closed: 'ticketClosed',
  failed: 'ticketFailed',
} as const;

export const AlarmsView = ({ answer }: { answer: Answer<{ items: HealthAlarm[] }> }) => {
  const text = useText(healthMessages);
  return (
    <ListTable
      label={text('alarms')}
      description={text('alarmsHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      empty={{ title: text('alarmsEmptyTitle'), hint: text('alarmsEmptyHint') }}
      columns={[
        {
          id: 'name',
          header: text('name'),
          minWidth: 160,
          cell: ({ name }) => <span className="gh-wrap">{name}</span>,
        },
        {
          id: 'state',
          header: text('state'),
          minWidth: 110,
          cell: ({ clearedAt }) => (
            <StateMark tone={clearedAt ? 'none' : 'critical'}>{text(clearedAt ? 'over' : 'stands')}</StateMark>
          ),
        },
        { id: 'raised', header: text('raised'), minWidth: 120, cell: ({ raisedAt }) => <RelativeTime at={raisedAt} /> },
        {
          id: 'lasted',
          header: text('lasted'),
          minWidth: 110,
          cell: ({ failingSince, clearedAt }) =>
            clearedAt && <LengthView seconds={(Date.parse(clearedAt) - Date.parse(failingSince)) / 1000} />,
        },
        {
          id: 'problem',
          header: text('says'),
          minWidth: 260,
          cell: ({ problem }) => <span className="gh-wrap">{problem.message}</span>,
        },
        {
          id: 'ticket',
          header: text('ticket'),
          minWidth: 150,
          cell: ({ ticket }) =>
            ticket === null ? (
              text('ticketNone')
            ) : (
              <span className="gh-wrap">
                {ticket.url ? (
                  <a href={ticket.url} target="_blank" rel="noreferrer">
                    {ticket.number ?? text('ticket')}
                  </a>
                ) : (
                  ticket.number
                )}{' '}
                {text(ticketWords[ticket.state])}
                {ticket.problem && <div>{ticket.problem}</div>}
              </span>
            ),
        },
      ]}
    />
  );
};
