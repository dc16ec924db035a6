import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { type EffectivePolicySetting, policySettingKeys } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import type { SettingsDraft, Wrong } from './draft.ts';
import { policyMessages } from './messages.ts';
import { SettingField } from './SettingField.tsx';
import { sections } from './words.ts';

/** All settings of a policy, or of a profile, section by section. */
export const SettingsView = ({
  draft,
  inherited,
  wrongs,
  isProfile = false,
  disabled,
  onChange,
}: {
  draft: SettingsDraft;
  inherited: readonly EffectivePolicySetting[];
  wrongs: ReadonlyMap<string, Wrong>;
  isProfile?: boolean;
  disabled: boolean;
  onChange(draft: SettingsDraft): void;
}) => {
  const text = useText(policyMessages);
  return (
    <div className="gh-settings">
      {(Object.keys(sections) as (keyof typeof sections)[]).map((section) => (
        <Container
          key={section}
          header={
            <Header variant="h3" headingTagOverride={isProfile ? 'h3' : 'h2'}>
              {text(sections[section])}
            </Header>
          }
        >
          {policySettingKeys
            .filter((key) => key.startsWith(`${section}.`))
            .map((key) => (
              <SettingField
                key={key}
                settingKey={key}
                draft={draft[key]}
                inherited={inherited.find((each) => each.key === key)}
                wrong={wrongs.get(key)}
                isProfile={isProfile}
                disabled={disabled}
                onChange={(next) => onChange({ ...draft, [key]: next })}
              />
            ))}
        </Container>
      ))}
    </div>
  );
};
