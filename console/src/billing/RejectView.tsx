import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import type { Adjustment } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { useChangeWords } from './looks.tsx';
import { billingMessages } from './messages.ts';

/** Names what is rejected and asks why. */
export const RejectView = ({
  lines,
  isBusy,
  problem,
  onReject,
  onCancel,
}: {
  lines: Adjustment[];
  isBusy: boolean;
  problem: unknown;
  onReject(reason: string): void;
  onCancel(): void;
}) => {
  const text = useText(billingMessages);
  const words = useChangeWords();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const isMissing = reason.trim() === '';
  return (
    <AskFirst
      title={text('rejectTitle')}
      confirm={text('reject', { count: lines.length })}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (!isMissing) onReject(reason.trim());
      }}
    >
      <ul>
        {lines.slice(0, 8).map(({ id, accountName, serviceName, change }) => (
          <li key={id}>{`${accountName}, ${serviceName}: ${words(change)}`}</li>
        ))}
        {lines.length > 8 && <li>…</li>}
      </ul>
      <p>{text('rejectHint')}</p>
      <FormField
        label={text('reason')}
        description={text('reasonHint')}
        errorText={(tried && isMissing && text('reasonMissing')) || issueOf(problem, 'reason')}
      >
        <Textarea value={reason} rows={2} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
    </AskFirst>
  );
};
