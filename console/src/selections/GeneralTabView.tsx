import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { issueOf, useText } from '../platform/index.ts';
import { limits } from './drafts.ts';
import type { TabProps } from './form.ts';
import { selectionMessages } from './messages.ts';
import { SortFieldsView } from './SortFieldsView.tsx';

const standard = { mostShown: '500', mostSearched: '100000' } as const;

export const GeneralTabView = ({
  draft,
  wrongs,
  problem,
  isPredefined,
  disabled,
  onChange,
}: TabProps & { problem: unknown; isPredefined: boolean }) => {
  const text = useText(selectionMessages);
  const isWrong = (field: string) => wrongs.some((wrong) => wrong.field === field);
  const limit = (field: 'mostShown' | 'mostSearched', label: string, hint: string) => (
    <div>
      <Checkbox
        checked={draft[field] !== ''}
        disabled={disabled}
        description={hint}
        onChange={({ detail }) => onChange({ [field]: detail.checked ? standard[field] : '' })}
      >
        {label}
      </Checkbox>
      {draft[field] !== '' && (
        <FormField errorText={isWrong(field) && text('numberWrong', limits[field])}>
          <Input
            value={draft[field]}
            inputMode="numeric"
            ariaLabel={label}
            disabled={disabled}
            onChange={({ detail }) => onChange({ [field]: detail.value.trim() || '0' })}
          />
        </FormField>
      )}
    </div>
  );
  return (
    <SpaceBetween size="l">
      <FormField
        label={text('name')}
        description={isPredefined && text('lockedName')}
        errorText={(isWrong('name') && text('nameMissing')) || issueOf(problem, 'name')}
      >
        <Input
          value={draft.name}
          disabled={disabled || isPredefined}
          onChange={({ detail }) => onChange({ name: detail.value })}
        />
      </FormField>
      {limit('mostShown', text('limitShown'), text('limitShownHint'))}
      {limit('mostSearched', text('limitSearched'), text('limitSearchedHint'))}
      <SortFieldsView
        sort={draft.settings.sort}
        onChange={(sort) => !disabled && onChange({ settings: { ...draft.settings, sort } })}
      />
    </SpaceBetween>
  );
};
