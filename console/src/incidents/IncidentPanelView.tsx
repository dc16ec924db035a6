import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { Incident, IncidentComment } from '@gatehouse/contract';
import { type ReactNode, useState } from 'react';
import { AppLink, ExactTime, paths, RelativeTime, SeverityMark, useText, withQuery } from '../platform/index.ts';
import { IncidentStateView } from './columns.tsx';
import { incidentMessages } from './messages.ts';

/** One incident with what people said of it. */
export const IncidentPanelView = ({
  incident,
  comments,
  mayWrite,
  isBusy,
  steps,
  problem,
  onProcess,
  onComment,
  onRemove,
}: {
  incident: Incident;
  comments: readonly IncidentComment[];
  mayWrite: boolean;
  isBusy: boolean;
  steps: ReactNode;
  problem: ReactNode;
  onProcess(processed: boolean): void;
  /** @returns whether it was said */
  onComment(text: string): Promise<boolean>;
  onRemove(): void;
}) => {
  const text = useText(incidentMessages);
  const [typed, setTyped] = useState('');
  return (
    <SpaceBetween size="m">
      {problem}
      <SpaceBetween size="s" direction="horizontal" alignItems="center">
        <SeverityMark severity={incident.severity} />
        <IncidentStateView incident={incident} />
        {steps}
        {mayWrite && (
          <Button loading={isBusy} onClick={() => onProcess(!incident.processed)}>
            {text(incident.processed ? 'reopen' : 'process')}
          </Button>
        )}
        {mayWrite && <Button onClick={onRemove}>{text('remove')}</Button>}
      </SpaceBetween>
      <p className="gh-wrap">{incident.description || text('noDescription')}</p>
      <KeyValuePairs
        columns={4}
        items={[
          { label: text('number'), value: incident.number },
          {
            label: text('device'),
            value: <AppLink to={paths.device(incident.deviceId)}>{incident.deviceName}</AppLink>,
          },
          { label: text('tenant'), value: incident.tenantName },
          { label: text('occurred'), value: <ExactTime at={incident.occurredAt} /> },
          {
            label: text('createdBy'),
            value:
              incident.createdByKind === 'application'
                ? text('byApplication', { name: incident.createdBy })
                : incident.createdBy,
          },
          {
            label: text('event'),
            value: incident.eventId ? (
              <AppLink to={withQuery(paths.events, { selected: incident.eventId })}>{text('showEvent')}</AppLink>
            ) : (
              '-'
            ),
          },
          {
            label: text('processed'),
            value: incident.processedAt ? <ExactTime at={incident.processedAt} /> : '-',
          },
        ]}
      />
      <section aria-label={text('comments')}>
        <SpaceBetween size="xs">
          <strong>{text('comments')}</strong>
          {comments.length === 0 && <span>{text('noComments')}</span>}
          {comments.map((comment) => (
            <div key={comment.id} className="gh-wrap">
              <strong>{comment.by}</strong> <RelativeTime at={comment.at} />
              <div>{comment.text}</div>
            </div>
          ))}
        </SpaceBetween>
      </section>
      {mayWrite && (
        <SpaceBetween size="xs">
          <FormField label={text('comment')} stretch>
            <Textarea rows={2} value={typed} onChange={({ detail }) => setTyped(detail.value)} />
          </FormField>
          <Button
            disabled={typed.trim() === ''}
            onClick={() => void onComment(typed.trim()).then((done) => done && setTyped(''))}
          >
            {text('addComment')}
          </Button>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
};
