import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Icon from '@cloudscape-design/components/icon';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import ToggleButton from '@cloudscape-design/components/toggle-button';
import type { EffectivePolicySetting, PolicySettingKey } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { editors, type SettingDraft, type Typed, type TypedSchedule, type Wrong } from './draft.ts';
import { policyMessages } from './messages.ts';
import { ScheduleField } from './ScheduleField.tsx';
import { usePolicyWords } from './words.ts';

const choices = {
  flag: ['on', 'off'],
  requirement: ['required', 'notRequired'],
  mode: ['quick', 'full'],
  action: ['report', 'quarantine'],
} as const;

const ValueEditor = ({
  settingKey,
  typed,
  wrong,
  disabled,
  onChange,
}: {
  settingKey: PolicySettingKey;
  typed: Typed;
  wrong: Wrong | undefined;
  disabled: boolean;
  onChange(typed: Typed): void;
}) => {
  const text = useText(policyMessages);
  const editor = editors[settingKey];
  const label = text(settingKey);
  switch (editor) {
    case 'schedule':
      return (
        <ScheduleField
          label={label}
          typed={typed as TypedSchedule}
          wrong={wrong}
          disabled={disabled}
          onChange={onChange}
        />
      );
    case 'folders':
    case 'names':
      return (
        <FormField constraintText={text(`${editor}Hint`)} errorText={wrong && text(wrong)}>
          <Textarea
            ariaLabel={label}
            value={typed as string}
            rows={Math.min(8, Math.max(2, (typed as string).split('\n').length))}
            spellcheck={false}
            disabled={disabled}
            onChange={({ detail }) => onChange(detail.value)}
          />
        </FormField>
      );
    case 'megabytes':
    case 'days':
      return (
        <FormField errorText={wrong && text(wrong)}>
          <div className="gh-number">
            <Input
              ariaLabel={label}
              value={typed as string}
              inputMode="numeric"
              disabled={disabled}
              onChange={({ detail }) => onChange(detail.value)}
            />
          </div>
        </FormField>
      );
    default: {
      const isFlag = editor === 'flag' || editor === 'requirement';
      const options = choices[editor].map((word, at) => ({
        value: isFlag ? String(at === 0) : word,
        label: text(word),
      }));
      return (
        <Select
          ariaLabel={label}
          options={options}
          selectedOption={options.find(({ value }) => value === String(typed)) ?? null}
          disabled={disabled}
          onChange={({ detail }) => {
            const value = detail.selectedOption.value ?? '';
            onChange(isFlag ? value === 'true' : value);
          }}
          expandToViewport
        />
      );
    }
  }
};

/** One setting: whether it is set here, its value, its padlock, and what comes from above. */
export const SettingField = ({
  settingKey,
  draft,
  inherited,
  wrong,
  isProfile,
  disabled,
  onChange,
}: {
  settingKey: PolicySettingKey;
  draft: SettingDraft;
  /** What comes from the groups above; undefined: nothing. */
  inherited: EffectivePolicySetting | undefined;
  wrong: Wrong | undefined;
  isProfile: boolean;
  disabled: boolean;
  onChange(draft: SettingDraft): void;
}) => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const title = words.title(settingKey);
  const isLockedAbove = inherited?.locked ?? false;
  const isClosed = disabled || isLockedAbove;
  const from = inherited && {
    value: words.value(settingKey, inherited.value),
    policy: inherited.from.policyName,
    group: inherited.from.groupName,
  };
  const padlock = draft.isSet && !isLockedAbove && (
    <ToggleButton
      variant="icon"
      iconName="unlocked"
      pressedIconName="lock-private"
      pressed={draft.locked}
      disabled={disabled}
      ariaLabel={text(draft.locked ? 'unlock' : 'lock', { setting: title })}
      onChange={({ detail }) => onChange({ ...draft, locked: detail.pressed })}
    />
  );
  return (
    <fieldset className="gh-setting">
      <legend>{title}</legend>
      <div className="gh-setting-head">
        {isLockedAbove && from ? (
          <span>
            <Icon name="lock-private" /> {text('lockedFrom', from)}
          </span>
        ) : (
          <Checkbox
            checked={draft.isSet}
            disabled={isClosed}
            onChange={({ detail }) => onChange({ ...draft, isSet: detail.checked })}
          >
            {text(isProfile ? 'setInProfile' : 'setHere')}
            <span className="gh-unseen">: {title}</span>
          </Checkbox>
        )}
        {padlock}
      </div>
      {draft.isSet && !isLockedAbove && (
        <ValueEditor
          settingKey={settingKey}
          typed={draft.typed}
          wrong={wrong}
          disabled={isClosed}
          onChange={(typed) => onChange({ ...draft, typed })}
        />
      )}
      {(from || !draft.isSet) && !isProfile && (
        <Box variant="small" color="text-body-secondary" display="block">
          {from ? text('inheritedFrom', from) : text('ownNothing')}
        </Box>
      )}
    </fieldset>
  );
};
