import SpaceBetween from '@cloudscape-design/components/space-between';
import type { LicenseKey } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  AskFirst,
  Loaded,
  paths,
  urlOneOf,
  useAddress,
  useGo,
  useKeysetPages,
  useMay,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { AssignDialogView } from './AssignDialogView.tsx';
import { byDay, lastDays } from './days.ts';
import { HistoryChartView } from './HistoryChartView.tsx';
import { LicenseDevicesView } from './LicenseDevicesView.tsx';
import { LicenseDialogView } from './LicenseDialogView.tsx';
import { LicenseView, licenseTabs } from './LicenseView.tsx';
import { licenseMessages } from './messages.ts';
import { PeriodBox, periods } from './PeriodBox.tsx';
import {
  LicenseDeviceSearch,
  useDevicesNamed,
  useLicense,
  useLicenseDevices,
  useLicenseSaves,
  useUsageHistory,
} from './useLicenses.ts';

const PageSearch = LicenseDeviceSearch.extend({ tab: urlOneOf(licenseTabs), days: urlOneOf(periods) });

const HistoryPart = ({ license }: { license: LicenseKey }) => {
  const [{ days }, change] = useUrlState(PageSearch);
  const period = days ?? '30';
  const history = useUsageHistory({ ...lastDays(Number(period), new Date()), serialNumber: license.serialNumber });
  return (
    <SpaceBetween size="m">
      <PeriodBox
        period={period}
        onChange={(next) => change({ days: next === '30' ? undefined : next }, { replace: true })}
      />
      <Loaded of={history}>{(found) => <HistoryChartView days={byDay(found)} limit={license.deviceLimit} />}</Loaded>
    </SpaceBetween>
  );
};

const AssignPart = ({ license, onDone }: { license: LicenseKey; onDone(changed: number | null): void }) => {
  const [looked, setLooked] = useState('');
  const found = useDevicesNamed(looked, license.tenantId ?? undefined);
  const { assign } = useLicense(license.id);
  return (
    <AssignDialogView
      license={license}
      found={found.data?.items ?? []}
      isLooking={found.isFetching}
      isBusy={assign.isPending}
      problem={assign.error ?? found.error}
      onLook={setLooked}
      onCancel={() => onDone(null)}
      onAssign={(deviceIds) =>
        assign.mutate(
          { params: { licenseId: license.id }, body: { deviceIds } },
          { onSuccess: ({ changed }) => onDone(changed) },
        )
      }
    />
  );
};

const DevicesPart = ({ license }: { license: LicenseKey }) => {
  const text = useText(licenseMessages);
  const say = useSay();
  const mayWrite = useMay()('licenses:write') && license.mayChange;
  const [search, change] = useUrlState(PageSearch);
  const devices = useLicenseDevices(license.id, search);
  const pages = useKeysetPages(search.after);
  const { withdraw } = useLicense(license.id);
  const [marked, setMarked] = useState<string[]>([]);
  const [dialog, setDialog] = useState<'assign' | 'withdraw' | null>(null);
  const close = () => {
    setDialog(null);
    withdraw.reset();
  };
  return (
    <>
      <LicenseDevicesView
        answer={devices}
        search={search}
        pages={pages}
        mayChange={mayWrite}
        marked={marked}
        onMark={setMarked}
        onChange={change}
        onAssign={() => setDialog('assign')}
        onWithdraw={() => setDialog('withdraw')}
      />
      {dialog === 'assign' && (
        <AssignPart
          license={license}
          onDone={(changed) => {
            close();
            if (changed !== null) say({ type: 'success', content: text('assignedDone', { count: changed }) });
          }}
        />
      )}
      {dialog === 'withdraw' && (
        <AskFirst
          title={text('withdrawTitle')}
          confirm={text('withdraw')}
          isBusy={withdraw.isPending}
          problem={withdraw.error}
          onCancel={close}
          onConfirm={() =>
            withdraw.mutate(
              { params: { licenseId: license.id }, body: { deviceIds: marked } },
              {
                onSuccess: ({ changed }) => {
                  close();
                  setMarked([]);
                  say({ type: 'success', content: text('withdrawn', { count: changed }) });
                },
              },
            )
          }
        >
          <p>{text('withdrawAsk', { count: marked.length })}</p>
        </AskFirst>
      )}
    </>
  );
};

const LicensePage = ({ licenseId }: { licenseId: string }) => {
  const text = useText(licenseMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(PageSearch);
  const { license: answer } = useLicense(licenseId);
  const { tenants, change: save, remove } = useLicenseSaves();
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const close = () => {
    setDialog(null);
    save.reset();
    remove.reset();
  };
  const clients = tenants.data?.items ?? [];
  return (
    <Loaded of={answer}>
      {(found) => (
        <>
          <LicenseView
            answer={found}
            tenantNames={new Map(clients.map(({ id, name }) => [id, name]))}
            tab={search.tab ?? 'overview'}
            devices={<DevicesPart license={found.license} />}
            history={<HistoryPart license={found.license} />}
            onTab={(tab) => change({ tab: tab === 'overview' ? undefined : tab, after: undefined })}
            onEdit={() => setDialog('edit')}
            onRemove={() => setDialog('remove')}
          />
          {dialog === 'edit' && tenants.data && (
            <LicenseDialogView
              license={found.license}
              tenants={clients
                .filter(({ virtualServerId }) => virtualServerId !== 0)
                .map(({ id, name }) => ({ value: id, label: name }))}
              mayOwn={clients.some(({ virtualServerId }) => virtualServerId === 0)}
              tenantId={undefined}
              products={[]}
              isBusy={save.isPending}
              problem={save.error}
              onCancel={close}
              onSave={({ settings, activationCode }) =>
                save.mutate(
                  {
                    params: { licenseId },
                    body: { ...settings, ...(activationCode === undefined ? {} : { activationCode }) },
                  },
                  {
                    onSuccess: () => {
                      close();
                      say({ type: 'success', content: text('saved') });
                    },
                  },
                )
              }
            />
          )}
          {dialog === 'remove' && (
            <AskFirst
              title={text('removeTitle')}
              confirm={text('removeTitle')}
              isBusy={remove.isPending}
              problem={remove.error}
              onCancel={close}
              onConfirm={() =>
                remove.mutate(
                  { params: { licenseId } },
                  {
                    onSuccess: () => {
                      say({ type: 'success', content: text('removed') });
                      go(address(paths.licenses));
                    },
                  },
                )
              }
            >
              <p>
                {text('removeAsk', {
                  serialNumber: found.license.serialNumber,
                  count: found.license.used + found.license.reserved,
                })}
              </p>
            </AskFirst>
          )}
        </>
      )}
    </Loaded>
  );
};

export const LicenseScreen = () => {
  const { licenseId = '' } = useParams({ strict: false }) as { licenseId?: string };
  return <LicensePage key={licenseId} licenseId={licenseId} />;
};
