import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { BacklogChoice } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { shadowMessages } from './messages.ts';

/** Before rules that ran beside the real ones become the real ones. */
export const MakeRealView = ({
  openNow,
  isBusy,
  problem,
  onConfirm,
  onCancel,
}: {
  /** Tickets that the shadow has open now. */
  openNow: number;
  isBusy: boolean;
  problem: unknown;
  onConfirm(choice: BacklogChoice): void;
  onCancel(): void;
}) => {
  const text = useText(shadowMessages);
  const [choice, setChoice] = useState<BacklogChoice>('ignore');
  return (
    <AskFirst
      title={text('realTitle')}
      confirm={text('makeReal')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => onConfirm(choice)}
    >
      <SpaceBetween size="m">
        <div>{text('realIntro')}</div>
        <FormField label={text('realAsk')} stretch>
          <RadioGroup
            value={choice}
            onChange={({ detail }) => setChoice(detail.value as BacklogChoice)}
            items={[
              { value: 'ignore', label: text('realIgnore'), description: text('realIgnoreHint') },
              { value: 'summary', label: text('realSummary') },
              { value: 'all', label: text('realAll'), description: text('realAllHint', { count: openNow }) },
            ]}
          />
        </FormField>
      </SpaceBetween>
    </AskFirst>
  );
};
