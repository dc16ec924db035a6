import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Device } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { ExactTime, platformMessages, StateMark, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

const GB = 1_000_000_000;

/** Most distributions put the version into the name already. */
const osInWords = ({ name, version, arch }: NonNullable<Device['facts']['os']>): string =>
  `${name.includes(version) ? name : `${name} ${version}`} (${arch})`;

/** What the agent told of the device; what it did not tell is unknown. */
export const FactsView = ({ device }: { device: Device }) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const intl = useIntl();
  const { facts } = device;
  const size = (bytes: number) =>
    intl.formatNumber(bytes / GB, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 });
  const or = (value: string | null | undefined) => (
    <span className="gh-wrap">{value === undefined ? words('unknown') : (value ?? words('none'))}</span>
  );
  const list = (values: string[] | undefined) => or(values?.length === 0 ? null : values?.join(', '));
  const app = facts.securityApplication;
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: text('hostname'), value: or(facts.hostname) },
        { label: text('fqdn'), value: or(facts.fqdn) },
        { label: text('os'), value: or(facts.os && osInWords(facts.os)) },
        { label: text('addresses'), value: list(facts.ipAddresses) },
        { label: text('mac'), value: list(facts.macAddresses) },
        { label: text('users'), value: list(facts.users) },
        {
          label: text('application'),
          value: app === null ? text('noApplication') : or(app && `${app.name} ${app.version}`),
        },
        {
          label: text('protection'),
          value: app ? (
            <StateMark tone={app.running ? 'ok' : 'critical'}>
              {text(app.running ? 'protectionRunning' : 'protectionStopped')}
            </StateMark>
          ) : (
            or(app === null ? null : undefined)
          ),
        },
        {
          label: text('databases'),
          value: facts.databases ? (
            <>
              <ExactTime at={facts.databases.releasedAt} />
              {facts.databases.records !== null && <div>{text('records', { count: facts.databases.records })}</div>}
            </>
          ) : (
            or(facts.databases)
          ),
        },
        {
          label: text('lastScan'),
          value: facts.lastScanAt === undefined ? or(undefined) : <ExactTime at={facts.lastScanAt} />,
        },
        {
          label: text('boot'),
          value: facts.lastBootAt === undefined ? or(undefined) : <ExactTime at={facts.lastBootAt} />,
        },
        {
          label: text('restart'),
          value: or(
            facts.restart &&
              (facts.restart.required
                ? text('restartNeeded', { reasons: facts.restart.reasons.join(', ') })
                : text('restartNotNeeded')),
          ),
        },
        {
          label: text('disks'),
          value:
            facts.disks === undefined
              ? or(undefined)
              : facts.disks.map(({ mount, freeBytes, sizeBytes }) => (
                  <div key={mount}>{text('diskFree', { mount, free: size(freeBytes), size: size(sizeBytes) })}</div>
                )),
        },
        { label: text('agentVersion'), value: or(device.agentVersion) },
        { label: text('enrolled'), value: <ExactTime at={device.enrolledAt} /> },
        { label: text('connected'), value: <ExactTime at={device.lastConnectedAt} /> },
        { label: text('virusCount'), value: device.virusCount },
      ]}
    />
  );
};
