import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Tabs from '@cloudscape-design/components/tabs';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ConfiguredEventType } from '@gatehouse/contract';
import { useState } from 'react';
import { EmptyState, platformMessages, useLevelWords, useText } from '../platform/index.ts';
import { configurationMessages } from './messages.ts';
import { severities } from './search.ts';

const keyOf = ({ component, code, typeId }: ConfiguredEventType) => `${component} ${code} ${typeId ?? ''}`;

/** Event types with what holds for them, a tab for each severity. */
export const TypesBySeverityView = ({
  types,
  place,
  tab,
  filter,
  canWrite,
  onTab,
  onFilter,
  onEdit,
  onReset,
}: {
  types: readonly ConfiguredEventType[];
  /** `server`, or what names a group. */
  place: string;
  tab: (typeof severities)[number];
  filter: string;
  canWrite: boolean;
  onTab(tab: (typeof severities)[number]): void;
  onFilter(text: string): void;
  onEdit(types: ConfiguredEventType[]): void;
  onReset(types: ConfiguredEventType[]): void;
}) => {
  const text = useText(configurationMessages);
  const severityWord = useLevelWords().severity;
  const needle = filter.toLowerCase();
  const found = types.filter(({ code, displayName, typeId }) =>
    `${displayName} ${code} ${typeId ?? ''}`.toLowerCase().includes(needle),
  );
  return (
    <Tabs
      activeTabId={tab}
      ariaLabel={text('title')}
      onChange={({ detail }) => onTab(detail.activeTabId as (typeof severities)[number])}
      tabs={severities.map((severity) => ({
        id: severity,
        label: `${severityWord(severity)} (${found.filter((type) => type.severity === severity).length})`,
        content: severity === tab && (
          <TypesView
            key={`${place} ${severity}`}
            label={severityWord(severity)}
            types={found.filter((type) => type.severity === severity)}
            filter={filter}
            isServer={place === 'server'}
            canWrite={canWrite}
            onFilter={onFilter}
            onEdit={onEdit}
            onReset={onReset}
          />
        ),
      }))}
    />
  );
};

/** The event types of one severity. */
const TypesView = ({
  label,
  types,
  filter,
  isServer,
  canWrite,
  onFilter,
  onEdit,
  onReset,
}: {
  label: string;
  types: ConfiguredEventType[];
  filter: string;
  isServer: boolean;
  canWrite: boolean;
  onFilter(text: string): void;
  onEdit(types: ConfiguredEventType[]): void;
  onReset(types: ConfiguredEventType[]): void;
}) => {
  const text = useText(configurationMessages);
  const words = useText(platformMessages);
  const [chosenKeys, setChosenKeys] = useState<readonly string[]>([]);
  const chosen = types.filter((type) => chosenKeys.includes(keyOf(type)));
  const from = ({ own, setting, inheritedFrom, lockedBy }: ConfiguredEventType) => {
    if (lockedBy) return text('lockedBy', { name: lockedBy.name });
    if (own) return text(setting.locked ? 'fromHereLocked' : 'fromHere');
    return inheritedFrom ? text('fromAbove', { name: inheritedFrom.name }) : text('fromCatalogue');
  };
  return (
    <Table
      items={types}
      trackBy={keyOf}
      wrapLines
      variant="embedded"
      {...(canWrite && {
        selectionType: 'multi' as const,
        selectedItems: chosen,
        isItemDisabled: ({ lockedBy }: ConfiguredEventType) => lockedBy !== null,
        onSelectionChange: ({ detail }: { detail: { selectedItems: ConfiguredEventType[] } }) =>
          setChosenKeys(detail.selectedItems.map(keyOf)),
      })}
      ariaLabels={{
        tableLabel: label,
        selectionGroupLabel: text('type'),
        allItemsSelectionLabel: () => text('chooseAll'),
        itemSelectionLabel: (_, type) => words('chooseRow', { name: type.displayName }),
      }}
      header={
        <Header
          variant="h2"
          counter={chosen.length > 0 ? `(${chosen.length}/${types.length})` : `(${types.length})`}
          actions={
            canWrite && (
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  disabled={!chosen.some(({ own }) => own)}
                  onClick={() => onReset(chosen.filter(({ own }) => own))}
                >
                  {text(isServer ? 'reset' : 'resetGroup')}
                </Button>
                <Button variant="primary" disabled={chosen.length === 0} onClick={() => onEdit(chosen)}>
                  {text('edit')}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {label}
        </Header>
      }
      filter={
        <TextFilter
          filteringText={filter}
          filteringPlaceholder={text('filterHint')}
          filteringAriaLabel={text('filter')}
          filteringClearAriaLabel={words('clearFilters')}
          countText={filter ? text('matches', { count: types.length }) : undefined}
          onChange={({ detail }) => onFilter(detail.filteringText)}
        />
      }
      empty={
        filter ? (
          <EmptyState
            title={words('noMatch')}
            hint={words('noMatchHint')}
            action={<Button onClick={() => onFilter('')}>{words('clearFilters')}</Button>}
          />
        ) : (
          <EmptyState title={text('emptyTitle')} hint={text('emptyHint')} />
        )
      }
      columnDefinitions={[
        {
          id: 'type',
          header: text('type'),
          isRowHeader: true,
          minWidth: 260,
          cell: (type) => (
            <>
              {canWrite && !type.lockedBy ? (
                <Button
                  variant="inline-link"
                  ariaLabel={text('editOf', { name: type.displayName })}
                  onClick={() => onEdit([type])}
                >
                  {type.displayName}
                </Button>
              ) : (
                type.displayName
              )}
              <Box variant="small" color="text-body-secondary" display="block">
                {[type.code, type.typeId, type.known ? null : text('unknownType')].filter(Boolean).join(' · ')}
              </Box>
            </>
          ),
        },
        { id: 'component', header: text('component'), cell: ({ component }) => component, minWidth: 170 },
        {
          id: 'term',
          header: text('term'),
          minWidth: 110,
          cell: ({ setting }) =>
            setting.storageTermDays === 0 ? text('notStored') : text('days', { count: setting.storageTermDays }),
        },
        {
          id: 'siem',
          header: text('siem'),
          minWidth: 120,
          cell: ({ setting }) => words(setting.exportToSiem ? 'yes' : 'no'),
        },
        {
          id: 'osLog',
          header: text('osLog'),
          minWidth: 110,
          cell: ({ setting }) => words(setting.osLog ? 'yes' : 'no'),
        },
        {
          id: 'notify',
          header: text('notify'),
          minWidth: 120,
          cell: ({ setting: { notifyByMail, notifyBySms } }) =>
            notifyByMail ? text(notifyBySms ? 'byBoth' : 'byMail') : notifyBySms ? text('bySms') : words('no'),
        },
        { id: 'from', header: text('from'), minWidth: 180, cell: from },
      ]}
    />
  );
};
