import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { AccountChange, AccountMapping } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { StateMark, useMay, useText } from '../platform/index.ts';
import type { MappingDraft, RowIssues } from './mapping-drafts.ts';
import { mappingMessages } from './mapping-messages.ts';

const changeWords = { renamed: 'renamed', inactive: 'deactivated', gone: 'gone' } as const;

/** What the PSA changed about the account, until somebody takes note. */
const ChangeNote = ({ change }: { change: AccountChange }) => {
  const text = useText(mappingMessages);
  const words = text(changeWords[change.kind], { was: change.was, day: new Date(change.since) });
  return (
    <span className="gh-wrap">
      <StateMark tone="warning">{words}</StateMark>
    </span>
  );
};

/** The account of a row: the picker, what is wrong with it, what holds the row up, and what the PSA changed. */
export const AccountCell = ({
  row,
  draft,
  issue,
  picker,
  isBusy,
  onDismiss,
}: {
  row: AccountMapping;
  draft: MappingDraft;
  issue: string | undefined;
  picker: ReactNode;
  isBusy: boolean;
  onDismiss(): void;
}) => {
  const text = useText(mappingMessages);
  const canWrite = useMay()('integrations:write');
  const name = row.sourceTenantName;
  const inactive = draft.account && !draft.account.active ? ` (${text('inactive')})` : '';
  return (
    <SpaceBetween size="xxs">
      {canWrite ? (
        <FormField errorText={issue} stretch>
          {picker}
        </FormField>
      ) : (
        <span>{draft.account ? `${draft.account.name}${inactive}` : text('notMapped')}</span>
      )}
      {row.problem !== null && (
        <span className="gh-wrap">
          <StateMark tone="warning">{row.problem}</StateMark>
        </span>
      )}
      {row.changes.length > 0 && (
        <div>
          {row.changes.map((change) => (
            <div key={change.kind}>
              <ChangeNote change={change} />
            </div>
          ))}
          {canWrite && (
            <Button variant="inline-link" loading={isBusy} ariaLabel={text('takeNoteOf', { name })} onClick={onDismiss}>
              {text('takeNote')}
            </Button>
          )}
        </div>
      )}
    </SpaceBetween>
  );
};

/** The billing switch of a row, and the contract that goes with it. */
export const BillingCell = ({
  row,
  draft,
  issues,
  picker,
  onSwitch,
}: {
  row: AccountMapping;
  draft: MappingDraft;
  issues: RowIssues;
  picker: ReactNode;
  onSwitch(enabled: boolean): void;
}) => {
  const text = useText(mappingMessages);
  const canWrite = useMay()('integrations:write');
  if (!draft.account) return <Box color="text-status-inactive">-</Box>;
  const { contract } = draft;
  const ended = contract?.expired ? ` (${text('ended', { day: contract.endsOn ?? '' })})` : '';
  return (
    <FormField errorText={issues.contract ?? issues.billing} stretch>
      <div className="gh-billing">
        <Toggle
          checked={draft.enabled}
          disabled={!canWrite}
          ariaLabel={text('billingOf', { name: row.sourceTenantName })}
          onChange={({ detail }) => onSwitch(detail.checked)}
        />
        {canWrite ? <div>{picker}</div> : <span>{contract ? `${contract.name}${ended}` : '-'}</span>}
      </div>
    </FormField>
  );
};

/** Save or forget what was changed in one row. */
export const RowActs = ({
  name,
  isBusy,
  onSave,
  onCancel,
}: {
  name: string;
  isBusy: boolean;
  onSave(): void;
  onCancel(): void;
}) => {
  const text = useText(mappingMessages);
  return (
    <SpaceBetween size="xxs" direction="horizontal">
      <Button loading={isBusy} ariaLabel={text('saveOne', { name })} onClick={onSave}>
        {text('save')}
      </Button>
      <Button variant="icon" iconName="undo" ariaLabel={text('cancelOne', { name })} onClick={onCancel} />
    </SpaceBetween>
  );
};
