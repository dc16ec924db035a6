import type { MovingRule } from '@gatehouse/contract';
import { useState } from 'react';
import { z } from 'zod';
import {
  AskFirst,
  Loaded,
  urlText,
  useAddress,
  useGo,
  useSay,
  useTenantScope,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { MovingRulesView } from './MovingRulesView.tsx';
import { movingRuleMessages } from './messages.ts';
import { RuleFormPart } from './RuleFormPart.tsx';
import { useMovingRules, useTenantChoices } from './useMovingRules.ts';

const RulesSearch = z.object({
  client: urlText,
  selected: urlText,
  /** The rule that is edited, or `new`. */
  rule: urlText,
});

export const MovingRulesScreen = () => {
  const text = useText(movingRuleMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(RulesSearch);
  const scope = useTenantScope();
  const tenants = useTenantChoices();
  const all = tenants.data?.items ?? [];
  const tenantId = scope ?? search.client ?? (all.length === 1 ? all[0]?.id : undefined);
  const calls = useMovingRules(tenantId);
  const [dialog, setDialog] = useState<{ what: 'delete' | 'apply'; rule: MovingRule } | null>(null);
  const rules = calls.rules.data?.items ?? [];
  const failed = (error: unknown) =>
    say({ type: 'error', content: error instanceof Error ? error.message : String(error) });
  const close = () => {
    calls.remove.reset();
    calls.apply.reset();
    calls.preview.reset();
    setDialog(null);
  };

  if (search.rule !== undefined && tenantId !== undefined) {
    return (
      <Loaded of={calls.rules}>
        {({ items }) => (
          <RuleFormPart
            key={search.rule}
            tenantId={tenantId}
            rule={items.find(({ id }) => id === search.rule) ?? null}
            calls={calls}
            onLeave={() => change({ rule: undefined })}
          />
        )}
      </Loaded>
    );
  }

  const move = (rule: MovingRule, by: -1 | 1) => {
    const ids = rules.map(({ id }) => id);
    const at = ids.indexOf(rule.id);
    const other = ids[at + by];
    if (tenantId === undefined || other === undefined) return;
    ids[at] = other;
    ids[at + by] = rule.id;
    calls.order.mutate({ params: { tenantId }, body: { ids } }, { onError: failed });
  };
  const startApplying = (rule: MovingRule) => {
    setDialog({ what: 'apply', rule });
    const { id: ruleId, tenantId: owner, groupName: _, changedAt: __, changedBy: ___, ...body } = rule;
    calls.preview.mutate({ params: { tenantId: owner }, body: { rule: body, ruleId } });
  };
  const params = dialog && { tenantId: dialog.rule.tenantId, ruleId: dialog.rule.id };
  return (
    <>
      <MovingRulesView
        answer={calls.rules}
        tenants={scope ? [] : all}
        tenantId={tenantId}
        selected={search.selected}
        isBusy={calls.order.isPending}
        onTenant={(client) => change({ client, selected: undefined })}
        onSelect={(selected) => change({ selected })}
        onAdd={() => change({ rule: 'new' })}
        onEdit={({ id }) => change({ rule: id })}
        onMove={move}
        onApply={startApplying}
        onDelete={(rule) => setDialog({ what: 'delete', rule })}
        onHistory={() => tenantId && go(address(historyPath({ kind: 'moving-rules', id: tenantId })))}
      />
      {dialog?.what === 'delete' && params && (
        <AskFirst
          title={text('deleteTitle')}
          confirm={text('delete')}
          isBusy={calls.remove.isPending}
          problem={calls.remove.error}
          onCancel={close}
          onConfirm={() =>
            calls.remove.mutate(
              { params },
              {
                onSuccess: () => {
                  close();
                  say({ type: 'success', content: text('deleted', { name: dialog.rule.name }) });
                },
              },
            )
          }
        >
          <p className="gh-wrap">{text('deleteAsk', { name: dialog.rule.name })}</p>
        </AskFirst>
      )}
      {dialog?.what === 'apply' && params && (
        <AskFirst
          title={text('applyTitle')}
          confirm={text('apply')}
          isBusy={calls.apply.isPending}
          disabled={calls.preview.data === undefined}
          problem={calls.apply.error ?? calls.preview.error}
          onCancel={close}
          onConfirm={() =>
            calls.apply.mutate(
              { params, body: {} },
              {
                onSuccess: ({ moved, tagged }) => {
                  close();
                  say({ type: 'success', content: text('applied', { moved, tagged }) });
                },
              },
            )
          }
        >
          <p className="gh-wrap">
            {calls.preview.data
              ? text('applyAsk', {
                  name: dialog.rule.name,
                  moved: calls.preview.data.moved,
                  tagged: calls.preview.data.tagged,
                })
              : text('counting')}
          </p>
        </AskFirst>
      )}
    </>
  );
};
