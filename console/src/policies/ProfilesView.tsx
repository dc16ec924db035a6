import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { type EffectivePolicySetting, type PolicyProfile, policySettingKeys, policyValue } from '@gatehouse/contract';
import { useState } from 'react';
import { EmptyState, StateMark, useDisplay, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import { ProfileDialogView } from './ProfileDialogView.tsx';
import { usePolicyWords } from './words.ts';

/** The profiles of a policy in their order. */
export const ProfilesView = ({
  profiles,
  inherited,
  mayWrite,
  onChange,
}: {
  profiles: readonly PolicyProfile[];
  inherited: readonly EffectivePolicySetting[];
  mayWrite: boolean;
  onChange(profiles: PolicyProfile[]): void;
}) => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const { display } = useDisplay();
  const [edited, setEdited] = useState<{ at: number } | null>(null);
  const editedProfile = edited ? (profiles[edited.at] ?? null) : null;
  const move = (at: number, by: 1 | -1) => {
    const next = [...profiles];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    onChange(next);
  };
  const valuesOf = ({ settings }: PolicyProfile): string =>
    policySettingKeys
      .flatMap((key) => {
        const value = policyValue(settings, key);
        return value === undefined ? [] : [`${words.longTitle(key)}: ${words.value(key, value)}`];
      })
      .join('; ') || text('settingCount', { count: 0 });
  const add = mayWrite && <Button onClick={() => setEdited({ at: profiles.length })}>{text('addProfile')}</Button>;
  return (
    <>
      <Table
        items={profiles.map((profile, at) => ({ profile, at }))}
        trackBy={({ profile }) => profile.name}
        contentDensity={display.density}
        ariaLabels={{ tableLabel: text('profiles') }}
        wrapLines
        header={
          <Header variant="h2" counter={`(${profiles.length})`} description={text('profilesHint')} actions={add}>
            {text('profiles')}
          </Header>
        }
        empty={<EmptyState title={text('noProfiles')} hint={text('noProfilesHint')} action={add} />}
        columnDefinitions={[
          {
            id: 'name',
            header: text('name'),
            isRowHeader: true,
            minWidth: 150,
            cell: ({ profile, at }) => (
              <>
                {mayWrite ? (
                  <Button
                    variant="inline-link"
                    ariaLabel={text('editOf', { name: profile.name })}
                    onClick={() => setEdited({ at })}
                  >
                    {profile.name}
                  </Button>
                ) : (
                  profile.name
                )}
                {!profile.enabled && (
                  <div>
                    <StateMark tone="none">{text('profileOff')}</StateMark>
                  </div>
                )}
              </>
            ),
          },
          {
            id: 'condition',
            header: text('condition'),
            minWidth: 180,
            cell: ({ profile }) => words.condition(profile.condition),
          },
          { id: 'settings', header: text('tabSettings'), minWidth: 220, cell: ({ profile }) => valuesOf(profile) },
          ...(mayWrite
            ? [
                {
                  id: 'order',
                  header: text('order'),
                  minWidth: 130,
                  cell: ({ profile: { name }, at }: { profile: PolicyProfile; at: number }) => (
                    <SpaceBetween size="xxs" direction="horizontal">
                      <Button
                        variant="inline-icon"
                        iconName="angle-up"
                        ariaLabel={text('moveUp', { name })}
                        disabled={at === 0}
                        onClick={() => move(at, -1)}
                      />
                      <Button
                        variant="inline-icon"
                        iconName="angle-down"
                        ariaLabel={text('moveDown', { name })}
                        disabled={at === profiles.length - 1}
                        onClick={() => move(at, 1)}
                      />
                      <Button
                        variant="inline-icon"
                        iconName="remove"
                        ariaLabel={text('removeOf', { name })}
                        onClick={() => onChange(profiles.filter((_, place) => place !== at))}
                      />
                    </SpaceBetween>
                  ),
                },
              ]
            : []),
        ]}
      />
      {edited && (
        <ProfileDialogView
          key={edited.at}
          profile={editedProfile}
          otherNames={profiles.filter((_, at) => at !== edited.at).map(({ name }) => name)}
          inherited={inherited}
          onCancel={() => setEdited(null)}
          onApply={(profile) => {
            const next = [...profiles];
            next[edited.at] = profile;
            onChange(next);
            setEdited(null);
          }}
        />
      )}
    </>
  );
};
