import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { StatusPreview } from '@gatehouse/contract';
import { AskFirst, StatusMark, useText } from '../platform/index.ts';
import { statusMessages } from './messages.ts';

/** What a change of settings does to the devices, before it is saved. */
export const SaveDialogView = ({
  titles,
  preview,
  previewProblem,
  isSaving,
  problem,
  onSave,
  onCancel,
}: {
  /** Of the conditions that are changed. */
  titles: string[];
  preview: StatusPreview | undefined;
  previewProblem: unknown;
  isSaving: boolean;
  problem: unknown;
  onSave(): void;
  onCancel(): void;
}) => {
  const text = useText(statusMessages);
  return (
    <AskFirst
      title={text('previewTitle')}
      confirm={text('save', { count: titles.length })}
      isBusy={isSaving}
      problem={problem}
      onCancel={onCancel}
      onConfirm={onSave}
    >
      <div>
        {text('changesTitle', { count: titles.length })}
        <ul className="gh-issues">
          {titles.map((title) => (
            <li key={title}>{title}</li>
          ))}
        </ul>
      </div>
      {previewProblem ? (
        <Alert type="warning">{text('previewFailed')}</Alert>
      ) : preview ? (
        <PreviewView preview={preview} />
      ) : (
        <div role="status">
          <StatusIndicator type="loading">{text('previewWait')}</StatusIndicator>
        </div>
      )}
    </AskFirst>
  );
};

const PreviewView = ({ preview: { devices, moves, worse, better, examples } }: { preview: StatusPreview }) => {
  const text = useText(statusMessages);
  const fromAndTo = <Row extends Pick<StatusPreview['moves'][number], 'from' | 'to'>>() => [
    { id: 'from', header: text('from'), cell: ({ from }: Row) => <StatusMark level={from} /> },
    { id: 'to', header: text('to'), cell: ({ to }: Row) => <StatusMark level={to} /> },
  ];
  return (
    <div role="status">
      <Box variant="p">
        {moves.length === 0 ? text('previewNone', { devices }) : text('previewSome', { devices, worse, better })}
      </Box>
      <Box variant="small" color="text-body-secondary">
        {text('previewHint')}
      </Box>
      {moves.length > 0 && (
        <>
          <Table
            variant="borderless"
            items={moves}
            trackBy={({ from, to }) => `${from} ${to}`}
            ariaLabels={{ tableLabel: text('previewTitle') }}
            columnDefinitions={[
              ...fromAndTo<StatusPreview['moves'][number]>(),
              { id: 'devices', header: text('devices'), cell: ({ devices: count }) => count.toLocaleString() },
            ]}
          />
          <Table
            variant="borderless"
            items={examples}
            trackBy="id"
            ariaLabels={{ tableLabel: text('examples') }}
            columnDefinitions={[
              {
                id: 'device',
                header: text('examples'),
                isRowHeader: true,
                cell: ({ name }) => <span className="gh-wrap">{name}</span>,
              },
              ...fromAndTo<StatusPreview['examples'][number]>(),
            ]}
          />
        </>
      )}
    </div>
  );
};
