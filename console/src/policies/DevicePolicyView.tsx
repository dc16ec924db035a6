import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Icon from '@cloudscape-design/components/icon';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { DevicePolicy, EffectivePolicySetting } from '@gatehouse/contract';
import { AppLink, EmptyState, paths, useDisplay, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import { DevicePolicyMark } from './PolicyStateMark.tsx';
import { usePolicyWords } from './words.ts';

type InForce = NonNullable<DevicePolicy['inForce']>;

/** Each setting with its value, its padlock, and the policy and profile that it comes from. */
const SettingsTable = ({ label, description, inForce }: { label: string; description?: string; inForce: InForce }) => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const { display } = useDisplay();
  const origin = ({ from }: EffectivePolicySetting) => (
    <>
      <AppLink to={paths.policy(String(from.policyId))}>
        {text('policyOfGroup', { policy: from.policyName, group: from.groupName })}
      </AppLink>
      {from.profile && <div>{text('profileOf', { profile: from.profile })}</div>}
    </>
  );
  return (
    <Table
      items={inForce.settings}
      trackBy={({ key }) => key}
      contentDensity={display.density}
      wrapLines
      ariaLabels={{ tableLabel: label }}
      header={
        <Header variant="h3" description={description}>
          {label}
        </Header>
      }
      empty={<EmptyState title={text('settingCount', { count: 0 })} hint={text('ownNothing')} />}
      columnDefinitions={[
        {
          id: 'setting',
          header: text('setting'),
          isRowHeader: true,
          minWidth: 180,
          cell: ({ key }) => words.longTitle(key),
        },
        { id: 'value', header: text('value'), minWidth: 180, cell: ({ key, value }) => words.value(key, value) },
        {
          id: 'locked',
          header: text('locked'),
          minWidth: 110,
          cell: ({ locked }) => (
            <span className="gh-inline">
              <Icon name={locked ? 'lock-private' : 'unlocked'} />
              {text(locked ? 'locked' : 'unlocked')}
            </span>
          ),
        },
        { id: 'from', header: text('comesFrom'), minWidth: 220, cell: origin },
      ]}
    />
  );
};

const hints = { pending: 'pendingHint', 'out-of-date': 'outOfDateHint', unknown: 'unknownHint' } as const;

export const DevicePolicyView = ({ state, inForce, outOfOffice }: DevicePolicy) => {
  const text = useText(policyMessages);
  const hint = state in hints ? hints[state as keyof typeof hints] : null;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" info={<DevicePolicyMark state={state} />}>
            {text('inForce')}
          </Header>
        }
      >
        <SpaceBetween size="m">
          {hint && <Alert type={state === 'out-of-date' ? 'warning' : 'info'}>{text(hint)}</Alert>}
          {inForce ? (
            <ol className="gh-way">
              {inForce.policies.map(({ policyId, name, groupName, activeProfiles }) => (
                <li key={policyId}>
                  <AppLink to={paths.policy(String(policyId))}>
                    {text('policyOfGroup', { policy: name, group: groupName })}
                  </AppLink>
                  {activeProfiles.length > 0 &&
                    `: ${activeProfiles.map((profile) => text('profileOf', { profile })).join(', ')}`}
                </li>
              ))}
            </ol>
          ) : (
            <EmptyState title={text('noPolicy')} hint={text('noPolicyHint')} />
          )}
        </SpaceBetween>
      </Container>
      {inForce && <SettingsTable label={text('settingsOfDevice')} inForce={inForce} />}
      {outOfOffice && (
        <SettingsTable
          label={text('inForceAway')}
          description={text('inForceAwayHint', { count: outOfOffice.afterMissedSyncs })}
          inForce={outOfOffice}
        />
      )}
    </SpaceBetween>
  );
};
