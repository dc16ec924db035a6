import type { MovingRule } from '@gatehouse/contract';
import { useEffect, useState } from 'react';
import { UnsavedGuard, useSay, useText } from '../platform/index.ts';
import { type Draft, draftOf, newDraft, savedOf, wrongsOf } from './drafts.ts';
import { movingRuleMessages } from './messages.ts';
import { RuleFormView } from './RuleFormView.tsx';
import type { MovingRuleCalls } from './useMovingRules.ts';

/** One rule being made or changed. */
export const RuleFormPart = ({
  tenantId,
  rule,
  calls,
  onLeave,
}: {
  tenantId: string;
  /** Null: a new one. */
  rule: MovingRule | null;
  calls: MovingRuleCalls;
  onLeave(): void;
}) => {
  const text = useText(movingRuleMessages);
  const say = useSay();
  const [draft, setDraft] = useState<Draft>(() => (rule ? draftOf(rule) : newDraft()));
  const [isDirty, setDirty] = useState(false);
  const [tried, setTried] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  // Only when the guard has seen that nothing is unsaved any more: its effects come before these.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (isLeaving) onLeave();
  }, [isLeaving]);
  const wrongs = wrongsOf(draft);
  const { add, change, preview, groups } = calls;
  const onSuccess = ({ name }: MovingRule) => {
    say({ type: 'success', content: text('saved', { name }) });
    preview.reset();
    setLeaving(true);
  };
  const checked = (act: () => void) => () => {
    setTried(true);
    add.reset();
    change.reset();
    if (wrongs.length === 0) act();
  };
  return (
    <>
      <UnsavedGuard isUnsaved={isDirty && !isLeaving} />
      <RuleFormView
        title={rule?.name ?? text('newTitle')}
        draft={draft}
        wrongs={tried ? wrongs : []}
        groups={(groups.data?.items ?? [])
          .filter(({ kind }) => kind !== 'super')
          .map(({ id, fullName }) => ({ value: String(id), label: fullName.replace(/\/$/, '') }))}
        isBusy={add.isPending || change.isPending}
        isLooking={preview.isPending}
        problem={add.error ?? change.error ?? preview.error}
        plan={preview.data}
        onChange={(part) => {
          setDraft((before) => ({ ...before, ...part }));
          setDirty(true);
          // What it would do is another question now.
          if (preview.data) preview.reset();
        }}
        onPreview={checked(() =>
          preview.mutate({ params: { tenantId }, body: { rule: savedOf(draft), ruleId: rule?.id } }),
        )}
        onSave={checked(() => {
          const body = savedOf(draft);
          if (rule) change.mutate({ params: { tenantId, ruleId: rule.id }, body }, { onSuccess });
          else add.mutate({ params: { tenantId }, body }, { onSuccess });
        })}
        onCancel={onLeave}
      />
    </>
  );
};
