import type { Device } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { DeviceEvents } from '../events/index.ts';
import { DeviceIncidents } from '../incidents/index.ts';
import { DeviceLicenses } from '../licenses/index.ts';
import {
  Loaded,
  listState,
  ProblemAlert,
  paths,
  urlOneOf,
  urlText,
  useAddress,
  useGo,
  useMay,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { DevicePolicyPart } from '../policies/index.ts';
import { DeviceSoftware } from '../software/index.ts';
import { TasksFor } from '../tasks/index.ts';
import { DeviceTickets } from '../tickets/index.ts';
import { ChangeTagsView } from './BulkDialogsView.tsx';
import { CommandsView } from './CommandsView.tsx';
import { DeviceActView, RenameDeviceView } from './DeviceDialogsView.tsx';
import { type DeviceAct, type DeviceCommand, type DeviceTab, DeviceView, deviceTabs } from './DeviceView.tsx';
import { HardwareView } from './HardwareView.tsx';
import { deviceMessages } from './messages.ts';
import { OverviewView } from './OverviewView.tsx';
import { ProtectionPart } from './ProtectionPart.tsx';
import { useDevice, useDeviceActs, useGroupsOf } from './useDevices.ts';
import { VulnerabilitiesView } from './VulnerabilitiesView.tsx';

const DevicePageSearch = z.object({ ...listState, tab: urlOneOf(deviceTabs), text: urlText });

export const DeviceScreen = () => {
  const { deviceId = '' } = useParams({ strict: false }) as { deviceId?: string };
  const calls = useDevice(deviceId);
  return <Loaded of={calls.device}>{(device) => <DevicePage device={device} calls={calls} />}</Loaded>;
};

const DevicePage = ({ device, calls }: { device: Device; calls: ReturnType<typeof useDevice> }) => {
  const text = useText(deviceMessages);
  const say = useSay();
  const may = useMay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(DevicePageSearch);
  const [act, setAct] = useState<DeviceAct | null>(null);
  const { tags } = useDeviceActs();
  const groups = useGroupsOf(act === 'rename' ? device.tenantId : undefined);
  const params = { deviceId: device.id };
  /** Every tab begins its lists at the start. */
  const goTo = (tab: DeviceTab) =>
    change({ tab: tab === 'overview' ? undefined : tab, after: undefined, selected: undefined, text: undefined });
  const given = (what: string) => {
    say({ type: 'success', content: text('commandGiven', { command: what, name: device.name }) });
    goTo('commands');
  };
  const give = (command: DeviceCommand) =>
    calls.command.mutate(
      {
        params,
        body:
          command === 'update' ? { kind: 'update-databases' } : { kind: 'scan', scan: { mode: command, paths: [] } },
      },
      {
        onSuccess: () => {
          const words = { quick: 'scanQuick', full: 'scanFull', update: 'updateDatabases' } as const;
          given(text(words[command]));
        },
      },
    );
  const done = (content: string) => ({
    onSuccess: () => {
      setAct(null);
      say({ type: 'success', content });
    },
  });
  const acts = {
    revoke: { call: calls.revoke, word: text('keyRevoked', { name: device.name }) },
    reset: { call: calls.reset, word: text('changed') },
    delete: { call: calls.remove, word: text('deleted', { name: device.name }) },
  };
  const carryOut = (which: keyof typeof acts) => {
    const { call, word } = acts[which];
    const { onSuccess } = done(word);
    call.mutate(
      { params },
      {
        onSuccess: () => {
          onSuccess();
          if (which === 'delete') go(address(paths.devices));
        },
      },
    );
  };
  return (
    <>
      <ProblemAlert problem={calls.command.error} />
      <DeviceView
        device={device}
        tab={search.tab ?? 'overview'}
        isGiving={calls.command.isPending}
        onTab={goTo}
        onCommand={give}
        onAct={setAct}
        contents={{
          overview: () => <OverviewView device={device} />,
          protection: () => <ProtectionPart device={device} command={calls.command} onGiven={given} />,
          vulnerabilities: () => <VulnerabilitiesView facts={device.facts} />,
          software: () => <DeviceSoftware deviceId={device.id} />,
          hardware: () => <HardwareView facts={device.facts} />,
          events: () => <DeviceEvents deviceId={device.id} />,
          incidents: () => <DeviceIncidents deviceId={device.id} deviceName={device.name} />,
          ...(may('tickets:read') && { tickets: () => <DeviceTickets deviceId={device.id} /> }),
          ...(may('tasks:read') && {
            tasks: () => <TasksFor tenantId={device.tenantId} deviceId={device.id} name={device.name} />,
          }),
          ...(may('policies:read') && { policy: () => <DevicePolicyPart deviceId={device.id} /> }),
          ...(may('licenses:read') && { licenses: () => <DeviceLicenses deviceId={device.id} /> }),
          commands: () => <CommandsView answer={{ ...calls.device, data: { items: device.commands } }} />,
        }}
      />
      {act === 'rename' && (
        <RenameDeviceView
          device={device}
          groups={(groups.data?.items ?? []).map(({ id, fullName }) => ({ value: String(id), label: fullName }))}
          isBusy={calls.change.isPending}
          problem={calls.change.error}
          onCancel={() => setAct(null)}
          onSave={(body) => calls.change.mutate({ params, body }, done(text('changed')))}
        />
      )}
      {act === 'tags' && (
        <ChangeTagsView
          devices={[device]}
          isBusy={tags.isPending}
          problem={tags.error}
          onCancel={() => setAct(null)}
          onSave={(change) => tags.mutate({ body: { deviceIds: [device.id], ...change } }, done(text('changed')))}
        />
      )}
      {act !== null && act !== 'rename' && act !== 'tags' && (
        <DeviceActView
          device={device}
          act={act}
          isBusy={acts[act].call.isPending}
          problem={acts[act].call.error}
          onCancel={() => setAct(null)}
          onConfirm={() => carryOut(act)}
        />
      )}
    </>
  );
};
