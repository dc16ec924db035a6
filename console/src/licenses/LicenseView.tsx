import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { getLicense, LicenseKey, ReplyOf } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { AppLink, ListTable, Page, paths, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { DayOf, ExpiryView, LicenseStateMark, UsageBarView } from './looks.tsx';
import { licenseMessages } from './messages.ts';

export const licenseTabs = ['overview', 'devices', 'history'] as const;
export type LicenseTab = (typeof licenseTabs)[number];

const SharingView = ({ license: { sharing, tenantName }, names }: { license: LicenseKey; names: string[] }) => {
  const text = useText(licenseMessages);
  if (tenantName !== null) return <span>{tenantName}</span>;
  return (
    <span className="gh-wrap">
      {text('mainServer')}
      {sharing.with === 'all' && <div>{text('shareAll')}</div>}
      {sharing.with === 'some' && <div>{names.join(', ')}</div>}
    </span>
  );
};

export const LicenseView = ({
  answer: { license, tenants },
  tenantNames,
  tab,
  devices,
  history,
  onTab,
  onEdit,
  onRemove,
}: {
  answer: ReplyOf<typeof getLicense>;
  tenantNames: ReadonlyMap<string, string>;
  tab: LicenseTab;
  devices: ReactNode;
  history: ReactNode;
  onTab(tab: LicenseTab): void;
  onEdit(): void;
  onRemove(): void;
}) => {
  const text = useText(licenseMessages);
  const shared = license.sharing.with === 'some' ? license.sharing.tenantIds : [];
  const overview = (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{text('tabOverview')}</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('state'), value: <LicenseStateMark state={license.state} /> },
            {
              label: text('usage'),
              value: <UsageBarView used={license.used} limit={license.deviceLimit} />,
            },
            { label: text('expires'), value: <ExpiryView license={license} /> },
            {
              label: text('owner'),
              value: <SharingView license={license} names={shared.map((id) => tenantNames.get(id) ?? id)} />,
            },
            { label: text('product'), value: <span className="gh-wrap">{license.productName}</span> },
            { label: text('kind'), value: text(license.kind) },
            { label: text('createdAt'), value: <DayOf at={license.createdAt} /> },
            { label: text('term'), value: license.termDays ?? '-' },
            { label: text('assigned'), value: license.assigned },
            { label: text('reserved'), value: license.reserved },
            { label: text('automatic'), value: text(license.automatic ? 'yes' : 'no') },
            { label: text('overField'), value: text(license.overLimitAllowed ? 'yes' : 'no') },
            { label: text('activationCode'), value: license.hasActivationCode ? '•••••' : '-' },
            { label: text('information'), value: <span className="gh-wrap">{license.information || '-'}</span> },
            {
              label: text('history'),
              value: <AppLink to={historyPath({ kind: 'license-key', id: license.id })}>{text('history')}</AppLink>,
            },
          ]}
        />
      </Container>
      <ListTable
        label={text('byTenant')}
        answer={{ data: { items: tenants }, error: null, isFetching: false, refetch: () => undefined }}
        idOf={({ tenantId }) => tenantId}
        nameOf={({ tenantName }) => tenantName}
        empty={{ title: text('noUse'), hint: text('noUseHint') }}
        columns={[
          {
            id: 'tenant',
            header: text('tenant'),
            cell: ({ tenantId, tenantName }) => <AppLink to={paths.tenant(tenantId)}>{tenantName}</AppLink>,
          },
          { id: 'used', header: text('used'), cell: ({ used }) => used },
          { id: 'assigned', header: text('assigned'), cell: ({ assigned }) => assigned },
        ]}
      />
    </SpaceBetween>
  );
  return (
    <Page
      title={license.serialNumber}
      isThing
      description={license.productName}
      actions={
        license.mayChange && (
          <SpaceBetween size="xs" direction="horizontal">
            <Button onClick={onEdit}>{text('edit')}</Button>
            <Button onClick={onRemove}>{text('remove')}</Button>
          </SpaceBetween>
        )
      }
    >
      <Tabs
        activeTabId={tab}
        onChange={({ detail }) => onTab(detail.activeTabId as LicenseTab)}
        tabs={[
          { id: 'overview', label: text('tabOverview'), content: tab === 'overview' && overview },
          { id: 'devices', label: text('tabDevices'), content: tab === 'devices' && devices },
          { id: 'history', label: text('tabHistory'), content: tab === 'history' && history },
        ]}
      />
    </Page>
  );
};
