import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { BacklogChoice, ReplyOf, readTicketBacklog } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, StateMark, useText, Waiting } from '../platform/index.ts';
import { ticketingMessages } from './ticketing-messages.ts';

type Backlog = ReplyOf<typeof readTicketBacklog>;
const MOST_UNREAD = 5;

/** Before rules are switched on: how many tickets they would open at once, and what shall become of that. */
export const BacklogQuestionView = ({
  backlog,
  isSaving,
  problem,
  onSave,
  onCancel,
}: {
  /** Undefined while it is being counted. */
  backlog: Backlog | undefined;
  isSaving: boolean;
  problem: unknown;
  onSave(choice: BacklogChoice): void;
  onCancel(): void;
}) => {
  const text = useText(ticketingMessages);
  const [choice, setChoice] = useState<BacklogChoice>('ignore');
  const most = Math.max(1, ...(backlog?.items ?? []).map(({ tickets }) => tickets));
  return (
    <AskFirst
      title={text('backlogTitle')}
      confirm={text('backlogSave')}
      disabled={!backlog}
      isBusy={isSaving}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => onSave(choice)}
    >
      {!backlog && !problem && (
        <>
          <p role="status">{text('backlogReading')}</p>
          <Waiting lines={3} />
        </>
      )}
      {backlog && (
        <SpaceBetween size="m">
          <div>{text('backlogIntro', { tickets: backlog.tickets })}</div>
          {backlog.items.length > 0 && (
            <Table
              items={backlog.items}
              trackBy="reason"
              variant="embedded"
              contentDensity="compact"
              ariaLabels={{ tableLabel: text('backlogWhere') }}
              columnDefinitions={[
                {
                  id: 'rule',
                  header: text('rule'),
                  isRowHeader: true,
                  minWidth: 150,
                  cell: ({ title, reason }) => {
                    const level = reason.startsWith('status:critical:') ? 'critical' : 'warning';
                    return (
                      <>
                        <span className="gh-wrap">{title}</span>
                        <div>
                          <StateMark tone={level}>{text(`backlogLevel_${level}`)}</StateMark>
                        </div>
                      </>
                    );
                  },
                },
                {
                  id: 'tickets',
                  header: text('backlogTickets'),
                  minWidth: 140,
                  cell: ({ tickets, title }) => (
                    <span className="gh-meter">
                      <meter min={0} max={most} value={tickets} aria-label={`${title}: ${tickets}`} />
                      {tickets}
                    </span>
                  ),
                },
                { id: 'clients', header: text('backlogClients'), minWidth: 80, cell: ({ clients }) => clients },
              ]}
            />
          )}
          {backlog.unread.length > 0 && (
            <Alert type="warning" header={text('backlogUnread', { count: backlog.unread.length })}>
              {backlog.unread.slice(0, MOST_UNREAD).map(({ sourceId, tenantName, problem: why }) => (
                <div key={`${sourceId} ${tenantName}`} className="gh-wrap">
                  {tenantName}: {why}
                </div>
              ))}
              {backlog.unread.length > MOST_UNREAD &&
                text('backlogMore', { count: backlog.unread.length - MOST_UNREAD })}
            </Alert>
          )}
          <FormField label={text('backlogAsk')}>
            <RadioGroup
              value={choice}
              onChange={({ detail }) => setChoice(detail.value as BacklogChoice)}
              items={[
                { value: 'ignore', label: text('backlogIgnore'), description: text('backlogIgnoreHint') },
                { value: 'summary', label: text('backlogSummary'), description: text('backlogSummaryHint') },
                {
                  value: 'all',
                  label: text('backlogAll'),
                  description: text('backlogAllHint', { tickets: backlog.tickets }),
                },
              ]}
            />
          </FormField>
        </SpaceBetween>
      )}
    </AskFirst>
  );
};
