import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { type Notification, NotificationState } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  FilterBox,
  type KeysetPages,
  ListTable,
  paths,
  RelativeTime,
  SeverityMark,
  StateMark,
  useText,
} from '../platform/index.ts';
import { notificationMessages } from './messages.ts';
import type { NotificationSearch } from './useNotifications.ts';

const tones = { waiting: 'info', sent: 'ok', failed: 'critical', folded: 'none' } as const;

const StateCell = ({ row }: { row: Notification }) => {
  const text = useText(notificationMessages);
  return (
    <span className="gh-wrap">
      <StateMark tone={tones[row.state]}>{text(`state_${row.state}`)}</StateMark>
      {row.state === 'sent' && row.sentAt && (
        <>
          {' '}
          <RelativeTime at={row.sentAt} />
        </>
      )}
      {row.attempts > 0 && row.state !== 'sent' && (
        <div>
          {text('attempts', { count: row.attempts })}
          {row.state === 'waiting' && row.nextTryAt && (
            <>
              , {text('nextTry')} <RelativeTime at={row.nextTryAt} />
            </>
          )}
        </div>
      )}
      {row.reason && <div>{row.reason}</div>}
    </span>
  );
};

const EventCell = ({ row: { event, folded, subject } }: { row: Notification }) => {
  const text = useText(notificationMessages);
  return (
    <span className="gh-wrap">
      {event === null ? (
        text('summaryOf', { count: folded })
      ) : (
        <>
          <SeverityMark severity={event.severity} /> {event.displayName},{' '}
          {event.deviceId === '' ? (
            text('ofServer')
          ) : (
            <AppLink to={paths.device(event.deviceId)}>{event.deviceName}</AppLink>
          )}
        </>
      )}
      <Box fontSize="body-s" color="text-body-secondary">
        {subject}
      </Box>
    </span>
  );
};

/** What was sent, waits or failed. */
export const LogView = ({
  answer,
  search,
  pages,
  canWrite,
  sending,
  onChange,
  onAgain,
}: {
  answer: Answer<{ items: Notification[]; next: string | null }>;
  search: NotificationSearch;
  pages: KeysetPages;
  canWrite: boolean;
  /** Id of the one that is being sent again. */
  sending: string | null;
  onChange(search: Partial<NotificationSearch>): void;
  onAgain(row: Notification): void;
}) => {
  const text = useText(notificationMessages);
  return (
    <ListTable
      label={text('log')}
      description={text('logHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ subject }) => subject}
      isFiltered={(search.state?.length ?? 0) > 0}
      onClearFilters={() => onChange({ state: undefined })}
      filter={
        <FilterBox
          label={text('log')}
          placeholder={text('logFilter')}
          withText={false}
          values={{ state: search.state }}
          properties={[
            {
              key: 'state',
              label: text('state'),
              options: NotificationState.options.map((value) => ({ value, label: text(`state_${value}`) })),
            },
          ]}
          onChange={(filters) => onChange({ state: filters.state as NotificationSearch['state'] })}
        />
      }
      empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
      pages={pages}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
      columns={[
        { id: 'what', header: text('what'), minWidth: 240, cell: (row) => <EventCell row={row} /> },
        { id: 'when', header: text('when'), minWidth: 110, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
        { id: 'state', header: text('state'), minWidth: 220, cell: (row) => <StateCell row={row} /> },
        { id: 'channel', header: text('channel'), minWidth: 70, cell: ({ channel }) => text(channel) },
        {
          id: 'to',
          header: text('sentTo'),
          minWidth: 190,
          cell: ({ recipients }) => <span className="gh-wrap">{recipients.join('\n')}</span>,
        },
        ...(canWrite
          ? [
              {
                id: 'actions',
                header: text('actions'),
                minWidth: 110,
                cell: (row: Notification) =>
                  row.state === 'failed' && (
                    <Button
                      variant="inline-link"
                      ariaLabel={text('againOf', { subject: row.subject })}
                      loading={sending === row.id}
                      onClick={() => onAgain(row)}
                    >
                      {text('again')}
                    </Button>
                  ),
              },
            ]
          : []),
      ]}
    />
  );
};
