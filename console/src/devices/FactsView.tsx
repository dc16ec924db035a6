import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Device } from '@gatehouse/contract';
import { ExactTime, platformMessages, StateMark, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';
import { useSizes } from './sizes.ts';

/** Most distributions put the version into the name already. */
const osInWords = ({ name, version, arch }: NonNullable<Device['facts']['os']>): string =>
  `${name.includes(version) ? name : `${name} ${version}`} (${arch})`;

const rtpWords = {
  0: { tone: 'none', word: 'rtpUnknown' },
  1: { tone: 'critical', word: 'rtpStopped' },
  2: { tone: 'warning', word: 'rtpPaused' },
  3: { tone: 'info', word: 'rtpStarting' },
  9: { tone: 'critical', word: 'rtpFailed' },
} as const;
const methodWords = { 'on-access': 'rtpOnAccess', watch: 'rtpWatch', none: null } as const;

type App = NonNullable<Device['facts']['securityApplication']>;

/** Whether the application runs, and whether and how it protects in real time. */
const ProtectionState = ({ app }: { app: App }) => {
  const text = useText(deviceMessages);
  const { tone, word } = rtpWords[app.rtpState as keyof typeof rtpWords] ?? { tone: 'ok', word: 'rtpRunning' };
  const method = app.rtpMethod && methodWords[app.rtpMethod];
  return (
    <>
      {!app.running && <div>{text('appNotRunning')}</div>}
      <div>
        <StateMark tone={tone}>{text(word)}</StateMark>
      </div>
      {method && <div>{text(method)}</div>}
    </>
  );
};

const EncryptionState = ({
  encryption: { systemVolumeEncrypted, method, result },
}: {
  encryption: NonNullable<Device['facts']['encryption']>;
}) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  if (systemVolumeEncrypted === null) return words('unknown');
  if (systemVolumeEncrypted) return text('encrypted', { method: method ?? '' });
  return text(result === null ? 'notEncrypted' : 'notEncryptedAsAsked');
};

/** What the agent told of the device; what it did not tell is unknown. */
export const FactsView = ({ device }: { device: Device }) => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const { decimal } = useSizes();
  const { facts } = device;
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
          label: text('realTimeProtection'),
          value: app ? <ProtectionState app={app} /> : or(app === null ? null : undefined),
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
                  <div key={mount}>
                    {text('diskFree', { mount, free: decimal(freeBytes), size: decimal(sizeBytes) })}
                  </div>
                )),
        },
        {
          label: text('encryption'),
          value: facts.encryption ? <EncryptionState encryption={facts.encryption} /> : or(undefined),
        },
        {
          label: text('updatesSearched'),
          value: facts.updatesSearchedAt === undefined ? or(undefined) : <ExactTime at={facts.updatesSearchedAt} />,
        },
        {
          label: text('incompatible'),
          value: list(facts.incompatibleApplications?.map(({ name, version }) => `${name} ${version}`)),
        },
        { label: text('agentVersion'), value: or(device.agentVersion) },
        { label: text('enrolled'), value: <ExactTime at={device.enrolledAt} /> },
        { label: text('connected'), value: <ExactTime at={device.lastConnectedAt} /> },
        { label: text('virusCount'), value: device.virusCount },
      ]}
    />
  );
};
