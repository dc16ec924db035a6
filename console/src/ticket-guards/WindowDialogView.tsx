import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { type IntegrationTenant, type MaintenanceWindow, Weekday } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, platformMessages, useText } from '../platform/index.ts';
import { guardMessages } from './messages.ts';
import { checkedWindow, momentOf, type TypedWindow } from './window-form.ts';

const timeZones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')];
const clientKey = ({ sourceId, sourceTenantId }: { sourceId: string; sourceTenantId: string }): string =>
  `${sourceId} ${sourceTenantId}`;

/** Adds a maintenance window, or changes one. */
export const WindowDialogView = ({
  isNew,
  start,
  clients,
  groups,
  isBusy,
  problem,
  onClientText,
  onClient,
  onSave,
  onCancel,
}: {
  isNew: boolean;
  start: TypedWindow;
  clients: { items: IntegrationTenant[]; isLoading: boolean };
  groups: { paths: string[]; isLoading: boolean; isFailed: boolean };
  isBusy: boolean;
  problem: unknown;
  onClientText(text: string): void;
  onClient(client: { sourceId: string; sourceTenantId: string }): void;
  onSave(window: MaintenanceWindow): void;
  onCancel(): void;
}) => {
  const text = useText(guardMessages);
  const words = useText(platformMessages);
  const [typed, setTyped] = useState(start);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<TypedWindow>) => setTyped((all) => ({ ...all, ...change }));
  const { window, issues } = checkedWindow(typed);
  const issue = (field: string): string | undefined => (tried ? issues.get(field) : undefined);

  const clientOptions = clients.items
    .filter(({ isMember }) => isMember)
    .map((tenant) => ({ value: clientKey(tenant), label: tenant.sourceTenantName, description: tenant.sourceName }));
  const client = typed.client ? clientKey(typed.client) : null;
  const chosenClient = clientOptions.find(({ value }) => value === client) ?? null;
  const groupOptions = [...new Set([...groups.paths, ...(typed.groupPath ? [typed.groupPath] : [])])].map((value) => ({
    value,
    label: value,
  }));
  const select = <K extends 'kind' | 'schedule' | 'events'>(
    key: K,
    label: string,
    options: { value: TypedWindow[K]; label: string }[],
  ) => (
    <FormField label={label}>
      <Select
        options={options}
        selectedOption={options.find(({ value }) => value === typed[key]) ?? null}
        onChange={({ detail }) => set({ [key]: detail.selectedOption.value } as Partial<TypedWindow>)}
        expandToViewport
      />
    </FormField>
  );
  const moment = (key: 'from' | 'until', label: string) => (
    <FormField
      label={label}
      constraintText={text('timeHint')}
      errorText={tried && (momentOf(typed[key]) ? issue(key) : text('timeIssue'))}
    >
      <Input value={typed[key]} onChange={({ detail }) => set({ [key]: detail.value })} />
    </FormField>
  );
  return (
    <AskFirst
      title={isNew ? text('add') : text('edit', { name: start.name })}
      confirm={isNew ? text('add') : words('save')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (window) onSave(window);
      }}
    >
      <FormField label={text('name')} description={text('nameHint')} errorText={issue('name')}>
        <Input value={typed.name} onChange={({ detail }) => set({ name: detail.value })} />
      </FormField>
      {select(
        'kind',
        text('scope'),
        (['everything', 'tenant', 'group', 'device'] as const).map((value) => ({ value, label: text(value) })),
      )}
      {typed.kind !== 'everything' && (
        <FormField
          label={text('client')}
          description={text('clientHint')}
          errorText={issue('sourceTenantId') && text('chooseClient')}
        >
          <Select
            options={clientOptions}
            selectedOption={chosenClient}
            placeholder={text('chooseClient')}
            filteringType="manual"
            statusType={clients.isLoading ? 'loading' : 'finished'}
            empty={text('noClients')}
            onLoadItems={({ detail }) => onClientText(detail.filteringText)}
            onChange={({ detail }) => {
              const [sourceId = '', sourceTenantId = ''] = (detail.selectedOption.value ?? '').split(' ');
              set({ client: { sourceId, sourceTenantId }, groupPath: '' });
              onClient({ sourceId, sourceTenantId });
            }}
            expandToViewport
          />
        </FormField>
      )}
      {typed.kind === 'group' && (
        <FormField
          label={text('groupPath')}
          description={text('groupHint')}
          errorText={(issue('groupPath') && text('chooseGroup')) || (groups.isFailed && text('groupsFailed'))}
        >
          <Select
            options={groupOptions}
            selectedOption={groupOptions.find(({ value }) => value === typed.groupPath) ?? null}
            placeholder={text('chooseGroup')}
            filteringType="auto"
            disabled={typed.client === null}
            statusType={groups.isLoading ? 'loading' : 'finished'}
            loadingText={text('groupsLoading')}
            onChange={({ detail }) => set({ groupPath: detail.selectedOption.value ?? '' })}
            expandToViewport
          />
        </FormField>
      )}
      {typed.kind === 'device' && (
        <FormField label={text('deviceName')} description={text('deviceHint')} errorText={issue('deviceName')}>
          <Input value={typed.deviceName} onChange={({ detail }) => set({ deviceName: detail.value })} />
        </FormField>
      )}
      {select('schedule', text('schedule'), [
        { value: 'once', label: text('once') },
        { value: 'weekly', label: text('weekly') },
      ])}
      {typed.schedule === 'once' ? (
        <>
          {moment('from', text('from'))}
          {moment('until', text('until'))}
        </>
      ) : (
        <>
          <FormField label={text('days')} errorText={issue('days')}>
            <Multiselect
              options={Weekday.options.map((value) => ({ value, label: text(value) }))}
              selectedOptions={typed.days.map((value) => ({ value, label: text(value) }))}
              onChange={({ detail }) =>
                set({
                  days: Weekday.options.filter((day) => detail.selectedOptions.some(({ value }) => value === day)),
                })
              }
              placeholder={text('nowChoose')}
              deselectAriaLabel={({ label }) => text('removeOf', { name: label ?? '' })}
              expandToViewport
            />
          </FormField>
          <FormField label={text('startsAt')} constraintText={text('startsHint')} errorText={issue('startsAt')}>
            <Input value={typed.startsAt} onChange={({ detail }) => set({ startsAt: detail.value })} />
          </FormField>
          <FormField
            label={text('duration')}
            errorText={issue('durationMinutes') && text('numberIssue', { least: 5, most: 10_080 })}
          >
            <Input
              value={typed.durationMinutes}
              inputMode="numeric"
              onChange={({ detail }) => set({ durationMinutes: detail.value })}
            />
          </FormField>
          <FormField label={text('timeZone')} errorText={issue('timeZone')}>
            <Select
              options={timeZones().map((value) => ({ value, label: value }))}
              selectedOption={{ value: typed.timeZone, label: typed.timeZone }}
              filteringType="auto"
              virtualScroll
              onChange={({ detail }) => set({ timeZone: detail.selectedOption.value ?? 'UTC' })}
              expandToViewport
            />
          </FormField>
        </>
      )}
      {select('events', text('events'), [
        { value: 'later', label: text('eventsLater') },
        { value: 'never', label: text('eventsNever') },
      ])}
    </AskFirst>
  );
};
