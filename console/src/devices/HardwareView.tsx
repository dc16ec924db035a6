import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Device } from '@gatehouse/contract';
import { EmptyState, platformMessages, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';
import { useSizes } from './sizes.ts';

type Facts = Device['facts'];

const MachineView = ({ hardware }: { hardware: NonNullable<Facts['hardware']> }) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const { binary } = useSizes();
  const or = (value: string | null) => <span className="gh-wrap">{value ?? words('unknown')}</span>;
  const { virtualMachine, processorCores, memoryBytes } = hardware;
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: text('vendor'), value: or(hardware.vendor) },
        { label: text('model'), value: or(hardware.model) },
        { label: text('serialNumber'), value: or(hardware.serialNumber) },
        { label: text('processor'), value: or(hardware.processor) },
        { label: text('processors'), value: processorCores ?? words('unknown') },
        { label: text('memory'), value: memoryBytes === null ? words('unknown') : binary(memoryBytes) },
        {
          label: text('machineKind'),
          value: virtualMachine === null ? words('unknown') : text(virtualMachine ? 'virtualMachine' : 'realMachine'),
        },
      ]}
    />
  );
};

/** How full each file system is. */
const DisksView = ({ disks }: { disks: NonNullable<Facts['disks']> }) => {
  const text = useText(deviceMessages);
  const { decimal } = useSizes();
  return (
    <SpaceBetween size="s">
      {disks.map(({ mount, sizeBytes, freeBytes, isSystem }) => (
        <ProgressBar
          key={mount}
          value={sizeBytes === 0 ? 0 : Math.round((100 * (sizeBytes - freeBytes)) / sizeBytes)}
          label={<span className="gh-wrap">{isSystem ? text('systemVolume', { mount }) : mount}</span>}
          ariaLabel={mount}
          additionalInfo={text('freeOf', { free: decimal(freeBytes), size: decimal(sizeBytes) })}
        />
      ))}
    </SpaceBetween>
  );
};

/** What the device is made of, and how full its disks are. */
export const HardwareView = ({ facts }: { facts: Facts }) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const { decimal } = useSizes();
  const { hardware, disks } = facts;
  if (!hardware && !disks) return <EmptyState title={text('hardwareUnknown')} hint={text('hardwareUnknownHint')} />;
  return (
    <SpaceBetween size="l">
      {hardware && (
        <Container header={<Header variant="h2">{text('hardwareTitle')}</Header>}>
          <MachineView hardware={hardware} />
        </Container>
      )}
      {disks && (
        <Container header={<Header variant="h2">{text('disks')}</Header>}>
          <DisksView disks={disks} />
        </Container>
      )}
      {hardware && (
        <Table
          header={<Header variant="h2">{text('networkAdapters')}</Header>}
          items={hardware.networkAdapters}
          trackBy="name"
          empty={words('none')}
          ariaLabels={{ tableLabel: text('networkAdapters') }}
          columnDefinitions={[
            { id: 'name', header: text('name'), cell: ({ name }) => name, isRowHeader: true },
            { id: 'mac', header: text('mac'), cell: ({ macAddress }) => macAddress },
            {
              id: 'speed',
              header: text('speed'),
              cell: ({ speedMbit }) => (speedMbit === null ? words('unknown') : text('mbit', { speed: speedMbit })),
            },
          ]}
        />
      )}
      {hardware && (
        <Table
          header={<Header variant="h2">{text('storage')}</Header>}
          items={hardware.storage}
          trackBy="name"
          empty={words('none')}
          ariaLabels={{ tableLabel: text('storage') }}
          columnDefinitions={[
            { id: 'name', header: text('name'), cell: ({ name }) => name, isRowHeader: true },
            { id: 'model', header: text('model'), cell: ({ model }) => model ?? words('unknown') },
            { id: 'size', header: text('size'), cell: ({ sizeBytes }) => decimal(sizeBytes) },
          ]}
        />
      )}
    </SpaceBetween>
  );
};
