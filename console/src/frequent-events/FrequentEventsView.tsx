import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { FrequentEvent } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import {
  type Answer,
  type Column,
  type KeysetPages,
  ListTable,
  Page,
  RelativeTime,
  SeverityMark,
  useText,
} from '../platform/index.ts';
import { frequentMessages } from './messages.ts';
import { StateOf } from './StateOf.tsx';
import type { FrequentSearch, FrequentTab } from './useFrequentEvents.ts';

export const FrequentEventsView = ({
  answer,
  search,
  pages,
  isOff,
  actions,
  rule,
  onChange,
}: {
  answer: Answer<{ items: FrequentEvent[]; next: string | null }>;
  search: FrequentSearch;
  pages: KeysetPages;
  /** The rule is switched off. */
  isOff: boolean;
  actions: ReactNode;
  /** The tab with the rule. */
  rule: ReactNode;
  onChange(search: Partial<FrequentSearch>): void;
}) => {
  const text = useText(frequentMessages);
  const tab = search.tab ?? 'list';
  const columns: Column<FrequentEvent>[] = [
    { id: 'event', header: text('event'), cell: ({ displayName }) => displayName, minWidth: 200 },
    { id: 'state', header: text('state'), cell: ({ state }) => <StateOf state={state} />, minWidth: 120 },
    {
      id: 'suppressed',
      header: text('suppressed'),
      cell: ({ suppressed }) => suppressed.toLocaleString('en'),
      minWidth: 110,
    },
    {
      id: 'severity',
      header: text('severity'),
      cell: ({ severity }) => <SeverityMark severity={severity} />,
      minWidth: 150,
    },
    { id: 'tenant', header: text('tenant'), cell: ({ tenantName }) => tenantName, minWidth: 130 },
    {
      id: 'product',
      header: text('product'),
      cell: ({ product, productVersion }) => `${product} ${productVersion}`.trim() || '-',
      minWidth: 130,
    },
    {
      id: 'since',
      header: text('blockedSince'),
      cell: ({ blockedAt }) => <RelativeTime at={blockedAt} />,
      minWidth: 130,
    },
    { id: 'type', header: text('type'), cell: ({ type }) => <code>{type}</code>, optional: true, minWidth: 200 },
    {
      id: 'task',
      header: text('task'),
      cell: ({ taskId, taskName }) => taskName || taskId || '-',
      optional: true,
      minWidth: 130,
    },
    {
      id: 'changed',
      header: text('changed'),
      cell: ({ changedAt }) => <RelativeTime at={changedAt} />,
      optional: tab === 'list',
      minWidth: 130,
    },
  ];
  const table = (label: string, empty: { title: string; hint: string }) => (
    <ListTable
      label={label}
      answer={answer}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={({ displayName, tenantName }) => `${displayName}, ${tenantName}`}
      actions={tab === 'list' && actions}
      empty={empty}
      pages={pages}
      chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
      settings={{ limit: search.limit, columns: search.columns, onChange }}
    />
  );
  return (
    <Page title={text('title')} description={text('description')}>
      <SpaceBetween size="l">
        {isOff && (
          <Alert type="warning" header={text('offTitle')}>
            {text('offHint')}
          </Alert>
        )}
        <Tabs
          activeTabId={tab}
          onChange={({ detail }) =>
            onChange({
              tab: detail.activeTabId === 'list' ? undefined : (detail.activeTabId as FrequentTab),
              selected: undefined,
              after: undefined,
            })
          }
          tabs={[
            {
              id: 'list',
              label: text('tabList'),
              content: table(text('list'), { title: text('emptyTitle'), hint: text('emptyHint') }),
            },
            {
              id: 'history',
              label: text('tabHistory'),
              content: table(text('history'), { title: text('historyEmptyTitle'), hint: text('historyEmptyHint') }),
            },
            { id: 'rule', label: text('tabRule'), content: rule },
          ]}
        />
      </SpaceBetween>
    </Page>
  );
};
