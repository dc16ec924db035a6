import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { MovingRule } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  type Column,
  EmptyState,
  ListTable,
  Page,
  paths,
  RelativeTime,
  StateMark,
  useMay,
  useText,
} from '../platform/index.ts';
import { movingRuleMessages } from './messages.ts';
import { modeWords, reachWords, useRuleWords } from './words.ts';

/** The rules of one client in their order. */
export const MovingRulesView = ({
  answer,
  tenants,
  tenantId,
  selected,
  isBusy,
  onTenant,
  onSelect,
  onAdd,
  onEdit,
  onMove,
  onApply,
  onDelete,
  onHistory,
}: {
  answer: Answer<{ items: MovingRule[] }>;
  /** To choose from; none when the top bar shows one client only. */
  tenants: readonly { id: string; name: string }[];
  tenantId: string | undefined;
  selected: string | undefined;
  isBusy: boolean;
  onTenant(id: string): void;
  onSelect(id: string | undefined): void;
  onAdd(): void;
  onEdit(rule: MovingRule): void;
  onMove(rule: MovingRule, by: -1 | 1): void;
  onApply(rule: MovingRule): void;
  onDelete(rule: MovingRule): void;
  onHistory(): void;
}) => {
  const text = useText(movingRuleMessages);
  const words = useRuleWords();
  const mayWrite = useMay()('groups:write');
  const rules = answer.data?.items ?? [];
  const at = rules.findIndex(({ id }) => id === selected);
  const chosen = rules[at];
  const options = tenants.map(({ id, name }) => ({ value: id, label: name }));
  const columns: Column<MovingRule>[] = [
    {
      id: 'name',
      header: text('name'),
      minWidth: 160,
      cell: (rule) => `${rules.indexOf(rule) + 1}. ${rule.name}`,
    },
    {
      id: 'state',
      header: text('state'),
      minWidth: 80,
      cell: ({ enabled }) => <StateMark tone={enabled ? 'ok' : 'none'}>{text(enabled ? 'on' : 'off')}</StateMark>,
    },
    {
      id: 'conditions',
      header: text('conditions'),
      minWidth: 240,
      cell: (rule) => <span className="gh-wrap">{words.conditions(rule)}</span>,
    },
    {
      id: 'moveTo',
      header: text('moveTo'),
      minWidth: 180,
      cell: (rule) =>
        rule.groupId === null ? (
          text('stays')
        ) : (
          <AppLink to={paths.group(rule.tenantId, rule.groupId)}>{rule.groupName ?? ''}</AppLink>
        ),
    },
    { id: 'mode', header: text('mode'), minWidth: 150, cell: ({ mode }) => text(modeWords[mode][0]) },
    { id: 'reach', header: text('reach'), minWidth: 160, cell: ({ reach }) => text(reachWords[reach]) },
    { id: 'addTags', header: text('addTags'), minWidth: 120, cell: ({ addTags }) => addTags.join(', ') },
    {
      id: 'changed',
      header: text('changed'),
      minWidth: 120,
      optional: true,
      cell: ({ changedAt }) => <RelativeTime at={changedAt} />,
    },
  ];
  return (
    <Page
      title={text('rules')}
      description={text('hint')}
      actions={
        tenants.length > 1 && (
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === tenantId) ?? null}
            placeholder={text('chooseClient')}
            ariaLabel={text('client')}
            onChange={({ detail }) => detail.selectedOption.value && onTenant(detail.selectedOption.value)}
            filteringType={options.length > 8 ? 'auto' : 'none'}
            expandToViewport
          />
        )
      }
    >
      {tenantId === undefined ? (
        <EmptyState title={text('chooseClient')} hint={text('chooseClientHint')} />
      ) : (
        <ListTable
          label={text('rules')}
          answer={answer}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          chosen={{ id: selected, onChoose: onSelect, ...(mayWrite ? { onOpen: onEdit } : {}) }}
          empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <Button onClick={onHistory}>{text('history')}</Button>
              {mayWrite && (
                <ButtonDropdown
                  disabled={!chosen}
                  items={[
                    { id: 'up', text: text('up'), disabled: at <= 0 || isBusy },
                    { id: 'down', text: text('down'), disabled: at === rules.length - 1 || isBusy },
                    { id: 'apply', text: text('apply') },
                    { id: 'delete', text: text('delete') },
                  ]}
                  onItemClick={({ detail }) => {
                    if (!chosen) return;
                    if (detail.id === 'up') onMove(chosen, -1);
                    if (detail.id === 'down') onMove(chosen, 1);
                    if (detail.id === 'apply') onApply(chosen);
                    if (detail.id === 'delete') onDelete(chosen);
                  }}
                  expandToViewport
                >
                  {text('acts')}
                </ButtonDropdown>
              )}
              {mayWrite && (
                <Button disabled={!chosen} onClick={() => chosen && onEdit(chosen)}>
                  {text('edit')}
                </Button>
              )}
              {mayWrite && (
                <Button variant="primary" onClick={onAdd}>
                  {text('add')}
                </Button>
              )}
            </SpaceBetween>
          }
        />
      )}
    </Page>
  );
};
