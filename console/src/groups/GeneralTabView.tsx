import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Group } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { AppLink, paths, useText, withQuery } from '../platform/index.ts';
import { CountsView } from './CountsView.tsx';
import { groupMessages } from './messages.ts';

/** Who the group is, and where else it is set up. */
export const GeneralTabView = ({
  group,
  tenantName,
  inactivity,
}: {
  group: Group;
  tenantName: string;
  inactivity: ReactNode;
}) => {
  const text = useText(groupMessages);
  const tenant = { tenant: group.tenantId };
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{text('tabGeneral')}</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: text('client'), value: <AppLink to={paths.tenant(group.tenantId)}>{tenantName}</AppLink> },
            { label: text('fullName'), value: group.fullName.replace(/\/$/, '') },
            { label: text('kind'), value: text(group.kind === 'group' ? 'kindOwn' : 'kindFixed') },
            { label: text('number'), value: String(group.id) },
            { label: text('devicesHere'), value: <CountsView counts={group.devices} /> },
            { label: text('devicesBelow'), value: <CountsView counts={group.devicesBelow} /> },
            {
              label: text('settingsOf'),
              value: (
                <SpaceBetween size="xxs">
                  <AppLink to={withQuery(paths.eventConfiguration, { ...tenant, place: String(group.id) })}>
                    {text('eventSettings')}
                  </AppLink>
                  <AppLink to={withQuery(paths.movingRules, tenant)}>{text('movingRules')}</AppLink>
                  <AppLink to={withQuery(paths.tenant(group.tenantId), { tab: 'tokens' })}>{text('tokens')}</AppLink>
                </SpaceBetween>
              ),
            },
          ]}
        />
      </Container>
      {inactivity}
    </SpaceBetween>
  );
};
