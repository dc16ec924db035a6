import type { LicenseImport } from '@gatehouse/contract';
import { useState } from 'react';
import { useKeysetPages, useSay, useTenantScope, useText, useUrlState } from '../platform/index.ts';
import { ImportDialogView } from './ImportDialogView.tsx';
import { LicenseDialogView } from './LicenseDialogView.tsx';
import { LicenseListView } from './LicenseListView.tsx';
import { licenseMessages } from './messages.ts';
import { LicenseSearch, useLicenseSaves, useLicenses } from './useLicenses.ts';

export const LicenseListScreen = () => {
  const text = useText(licenseMessages);
  const say = useSay();
  const scope = useTenantScope();
  const [search, change] = useUrlState(LicenseSearch);
  const pages = useKeysetPages(search.after);
  const licenses = useLicenses(search, scope);
  const { tenants, add, read } = useLicenseSaves();
  const [dialog, setDialog] = useState<'add' | 'import' | null>(null);
  const close = () => {
    setDialog(null);
    add.reset();
    read.reset();
  };
  const done = (content: string) => {
    close();
    say({ type: 'success', content });
  };
  const clients = tenants.data?.items ?? [];
  return (
    <>
      <LicenseListView
        answer={licenses}
        search={search}
        pages={pages}
        onChange={change}
        onAdd={() => setDialog('add')}
        onImport={() => setDialog('import')}
      />
      {dialog === 'add' && tenants.data && (
        <LicenseDialogView
          license={null}
          tenants={clients
            .filter(({ virtualServerId }) => virtualServerId !== 0)
            .map(({ id, name }) => ({ value: id, label: name }))}
          mayOwn={clients.some(({ virtualServerId }) => virtualServerId === 0)}
          tenantId={clients.find(({ id, virtualServerId }) => id === scope && virtualServerId !== 0)?.id}
          products={licenses.data?.products ?? []}
          isBusy={add.isPending}
          problem={add.error}
          onCancel={close}
          onSave={({ settings, serialNumber, activationCode }) =>
            add.mutate(
              { body: { ...settings, serialNumber, ...(activationCode ? { activationCode } : {}) } },
              { onSuccess: () => done(text('saved')) },
            )
          }
        />
      )}
      {dialog === 'import' && (
        <ImportDialogView
          result={read.data}
          isBusy={read.isPending}
          problem={read.error}
          onCancel={close}
          onRead={(csv, apply) =>
            read.mutate(
              { body: { csv, apply } },
              {
                onSuccess: ({ applied, rows }: LicenseImport) =>
                  applied && done(text('imported', { count: rows.filter(({ what }) => what !== 'same').length })),
              },
            )
          }
        />
      )}
    </>
  );
};
