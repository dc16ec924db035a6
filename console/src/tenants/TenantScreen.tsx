import Alert from '@cloudscape-design/components/alert';
import type { Tenant } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { GroupsPart } from '../groups/index.ts';
import {
  AskFirst,
  Loaded,
  paths,
  platformMessages,
  urlNumber,
  urlOneOf,
  useGo,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { EnrolmentTokensPart } from './EnrolmentTokensPart.tsx';
import { tenantMessages } from './messages.ts';
import { NameDialogView } from './NameDialogView.tsx';
import { StatusSettingsTab } from './StatusSettingsTab.tsx';
import { TenantView, tenantTabs } from './TenantView.tsx';
import { useTenants } from './useTenants.ts';

const TenantPageSearch = z.object({ tab: urlOneOf(tenantTabs), group: urlNumber });

export const TenantScreen = () => {
  const { tenantId = '' } = useParams({ strict: false }) as { tenantId?: string };
  const text = useText(tenantMessages);
  const calls = useTenants();
  return (
    <Loaded of={calls.tenants}>
      {({ items }) => {
        const tenant = items.find(({ id }) => id === tenantId);
        return tenant ? <TenantPage tenant={tenant} calls={calls} /> : <Alert type="warning">{text('gone')}</Alert>;
      }}
    </Loaded>
  );
};

const TenantPage = ({ tenant, calls }: { tenant: Tenant; calls: ReturnType<typeof useTenants> }) => {
  const text = useText(tenantMessages);
  const words = useText(platformMessages);
  const say = useSay();
  const go = useGo();
  const [search, change] = useUrlState(TenantPageSearch);
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const params = { tenantId: tenant.id };
  return (
    <>
      <TenantView
        tenant={tenant}
        tab={search.tab ?? 'groups'}
        onTab={(tab) => change({ tab: tab === 'groups' ? undefined : tab })}
        onRename={() => setDialog('rename')}
        onDelete={() => setDialog('delete')}
        parts={{
          groups: <GroupsPart tenantId={tenant.id} framed />,
          statuses: (
            <StatusSettingsTab tenantId={tenant.id} group={search.group} onGroup={(group) => change({ group })} />
          ),
          tokens: <EnrolmentTokensPart tenantId={tenant.id} />,
        }}
      />
      {dialog === 'rename' && (
        <NameDialogView
          title={text('rename')}
          confirm={words('save')}
          label={text('name')}
          initial={tenant.name}
          isBusy={calls.rename.isPending}
          problem={calls.rename.error}
          onCancel={() => setDialog(null)}
          onSave={(name) =>
            calls.rename.mutate(
              { params, body: { name } },
              {
                onSuccess: () => {
                  setDialog(null);
                  say({ type: 'success', content: text('saved') });
                },
              },
            )
          }
        />
      )}
      {dialog === 'delete' && (
        <AskFirst
          title={text('delete')}
          confirm={text('delete')}
          isBusy={calls.remove.isPending}
          problem={calls.remove.error}
          onCancel={() => setDialog(null)}
          onConfirm={() =>
            calls.remove.mutate(
              { params },
              {
                onSuccess: () => {
                  say({ type: 'success', content: text('deletedSay', { name: tenant.name }) });
                  // Without the tenant in the address, which is gone now.
                  go(paths.tenants);
                },
              },
            )
          }
        >
          <p>{text('deleteAsk', { name: tenant.name })}</p>
        </AskFirst>
      )}
    </>
  );
};
