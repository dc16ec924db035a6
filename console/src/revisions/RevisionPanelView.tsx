import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Revision } from '@gatehouse/contract';
import { type ReactNode, useState } from 'react';
import { ExactTime, PanelSteps, ProblemAlert, SidePanel, useText } from '../platform/index.ts';
import { revisionMessages } from './messages.ts';
import { useRevisionWords } from './words.ts';

/** The chosen revision, in the split panel. */
export const RevisionPanelView = ({
  revision,
  others,
  other,
  changes,
  isDescribing,
  problem,
  onPrevious,
  onNext,
  onClose,
  onCompare,
  onDescribe,
  onRollBack,
}: {
  revision: Revision;
  /** What it can be compared with. */
  others: Revision[];
  /** What it is compared with; undefined: the revision before it. */
  other: Revision | undefined;
  /** How they differ. */
  changes: ReactNode;
  isDescribing: boolean;
  problem: unknown;
  onPrevious?: () => void;
  onNext?: () => void;
  onClose(): void;
  onCompare(id: string | undefined): void;
  onDescribe(description: string): void;
  onRollBack(): void;
}) => {
  const text = useText(revisionMessages);
  const words = useRevisionWords();
  const [draft, setDraft] = useState(revision.description);
  const before = { value: '', label: text('revisionBefore') };
  const options = [
    before,
    ...others.map((each) => ({
      value: each.id,
      label: text('revisionOption', { number: each.number, action: words.action(each), actor: each.actor }),
    })),
  ];
  return (
    <SidePanel title={text('revisionTitle', { name: revision.objectName, number: revision.number })} onClose={onClose}>
      <SpaceBetween size="m">
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <PanelSteps onPrevious={onPrevious} onNext={onNext} />
          {revision.canRollBack && <Button onClick={onRollBack}>{text('rollBack')}</Button>}
        </SpaceBetween>
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('when'), value: <ExactTime at={revision.at} /> },
            { label: text('actor'), value: <span className="gh-wrap">{revision.actor}</span> },
            { label: text('address'), value: revision.address ?? '-' },
            { label: text('action'), value: words.action(revision) },
            { label: text('kind'), value: words.kind(revision.kind) },
            ...(revision.canDescribe || revision.description === ''
              ? []
              : [
                  {
                    label: text('descriptionOf'),
                    value: <span className="gh-wrap">{revision.description}</span>,
                  },
                ]),
          ]}
        />
        {others.length > 0 && (
          <FormField label={text('compareWith')}>
            <Select
              options={options}
              selectedOption={options.find(({ value }) => value === (other?.id ?? '')) ?? before}
              onChange={({ detail }) => onCompare(detail.selectedOption.value || undefined)}
              filteringType={options.length > 10 ? 'auto' : 'none'}
              expandToViewport
            />
          </FormField>
        )}
        {changes}
        {revision.canDescribe && (
          <>
            <ProblemAlert problem={problem} />
            <FormField
              label={text('descriptionOf')}
              description={text('descriptionHint')}
              secondaryControl={
                <Button
                  disabled={draft.trim() === revision.description}
                  loading={isDescribing}
                  onClick={() => onDescribe(draft.trim())}
                >
                  {text('saveDescription')}
                </Button>
              }
            >
              <Input
                value={draft}
                onChange={({ detail }) => setDraft(detail.value.slice(0, 500))}
                onKeyDown={({ detail }) => detail.key === 'Enter' && onDescribe(draft.trim())}
              />
            </FormField>
          </>
        )}
      </SpaceBetween>
    </SidePanel>
  );
};
