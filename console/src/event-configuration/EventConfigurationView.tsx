import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import type { ConfiguredEventType } from '@gatehouse/contract';
import { type Answer, Loaded, Page, useText } from '../platform/index.ts';
import { configurationMessages } from './messages.ts';
import type { ConfigurationSearch } from './search.ts';
import { TypesBySeverityView } from './TypesBySeverityView.tsx';

export const EventConfigurationView = ({
  answer,
  search,
  places,
  place,
  canWrite,
  onChange,
  onEdit,
  onReset,
}: {
  answer: Answer<{ items: ConfiguredEventType[] }>;
  search: ConfigurationSearch;
  /** The server, and the groups of the chosen client. */
  places: { value: string; label: string }[];
  place: string;
  canWrite: boolean;
  onChange(search: Partial<ConfigurationSearch>): void;
  onEdit(types: ConfiguredEventType[]): void;
  onReset(types: ConfiguredEventType[]): void;
}) => {
  const text = useText(configurationMessages);
  const isServer = place === 'server';
  const items = answer.data?.items ?? [];
  const components = [...new Set(items.map(({ component }) => component))];
  return (
    <Page title={text('title')} description={text(isServer ? 'serverHint' : 'groupHint')}>
      <div className="gh-filters">
        <FormField label={text('place')}>
          <Select
            options={places}
            selectedOption={places.find(({ value }) => value === place) ?? null}
            onChange={({ detail }) => onChange({ place: detail.selectedOption.value })}
          />
        </FormField>
        <FormField label={text('component')}>
          <Select
            options={[
              { value: '', label: text('anyComponent') },
              ...components.map((value) => ({ value, label: value })),
            ]}
            selectedOption={{ value: search.component ?? '', label: search.component ?? text('anyComponent') }}
            onChange={({ detail }) => onChange({ component: detail.selectedOption.value || undefined })}
          />
        </FormField>
      </div>
      <Loaded of={answer}>
        {() => (
          <TypesBySeverityView
            types={items.filter(({ component }) => !search.component || component === search.component)}
            place={place}
            tab={search.tab ?? 'critical'}
            filter={search.text ?? ''}
            canWrite={canWrite}
            onTab={(tab) => onChange({ tab })}
            onFilter={(value) => onChange({ text: value || undefined })}
            onEdit={onEdit}
            onReset={onReset}
          />
        )}
      </Loaded>
    </Page>
  );
};
