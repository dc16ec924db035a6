import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { Tenant } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { Page, paths, useAddress, useGo, useMay, useText, withQuery } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { CountsView } from './CountsView.tsx';
import { tenantMessages } from './messages.ts';

export const tenantTabs = ['groups', 'statuses', 'tokens'] as const;
export type TenantTab = (typeof tenantTabs)[number];

export const TenantView = ({
  tenant,
  tab,
  parts,
  onTab,
  onRename,
  onDelete,
}: {
  tenant: Tenant;
  tab: TenantTab;
  parts: Record<TenantTab, ReactNode>;
  onTab(tab: TenantTab): void;
  onRename(): void;
  onDelete(): void;
}) => {
  const text = useText(tenantMessages);
  const may = useMay();
  const go = useGo();
  const address = useAddress();
  const labels = { groups: text('tabGroups'), statuses: text('tabStatuses'), tokens: text('tabTokens') };
  return (
    <Page
      title={tenant.name}
      isThing
      description={<CountsView counts={tenant.devices} />}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {may('tenants:write') && tenant.virtualServerId !== 0 && <Button onClick={onDelete}>{text('delete')}</Button>}
          {may('tenants:write') && <Button onClick={onRename}>{text('rename')}</Button>}
          <Button onClick={() => go(address(historyPath({ kind: 'tenant', id: tenant.id })))}>
            {text('revisionHistory')}
          </Button>
          <Button variant="primary" onClick={() => go(address(withQuery(paths.devices, { tenant: tenant.id })))}>
            {text('showDevices')}
          </Button>
        </SpaceBetween>
      }
    >
      <Tabs
        activeTabId={tab}
        ariaLabel={tenant.name}
        onChange={({ detail }) => onTab(detail.activeTabId as TenantTab)}
        tabs={tenantTabs
          .filter((id) => id !== 'tokens' || may('devices:write'))
          .map((id) => ({ id, label: labels[id], content: id === tab && parts[id] }))}
      />
    </Page>
  );
};
