import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FrequentEvent, getFrequentEvent, ReplyOf, SuppressedEvent } from '@gatehouse/contract';
import { AppLink, ExactTime, paths, SeverityMark, SidePanel, useText, withQuery } from '../platform/index.ts';
import { frequentMessages } from './messages.ts';
import { StateOf } from './StateOf.tsx';

/** Everything about the chosen kind of events, in the split panel. */
export const FrequentEventDetailsView = ({
  frequentEvent,
  devices,
  suppressedOfOthers,
  onClose,
}: Pick<ReplyOf<typeof getFrequentEvent>, 'devices' | 'suppressedOfOthers'> & {
  frequentEvent: FrequentEvent;
  onClose(): void;
}) => {
  const text = useText(frequentMessages);
  const { displayVersionMin, displayVersionMax, tenantId, tenantName, type } = frequentEvent;
  const eventsOfType = withQuery(paths.events, { type, tenant: tenantId });
  const sample = (event: SuppressedEvent | null) =>
    event ? (
      <>
        <ExactTime at={event.registrationTime} />
        <div className="gh-wrap">
          {text('suppressedEvent', { device: event.deviceName, description: event.description || '-' })}
        </div>
      </>
    ) : (
      text('noneSuppressed')
    );
  return (
    <SidePanel title={frequentEvent.displayName} onClose={onClose}>
      <SpaceBetween size="m">
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <StateOf state={frequentEvent.state} />
          <SeverityMark severity={frequentEvent.severity} />
        </SpaceBetween>
        <KeyValuePairs
          columns={3}
          items={[
            { label: text('tenant'), value: <AppLink to={paths.tenant(tenantId)}>{tenantName}</AppLink> },
            { label: text('type'), value: <code>{type}</code> },
            {
              label: text('product'),
              value: `${frequentEvent.product} ${frequentEvent.productVersion}`.trim() || '-',
            },
            ...(displayVersionMin === displayVersionMax
              ? []
              : [{ label: text('displayVersions'), value: `${displayVersionMin} - ${displayVersionMax}` }]),
            ...(frequentEvent.taskId === null
              ? []
              : [{ label: text('task'), value: frequentEvent.taskName || frequentEvent.taskId }]),
            { label: text('blockedSince'), value: <ExactTime at={frequentEvent.blockedAt} /> },
            { label: text('changed'), value: <ExactTime at={frequentEvent.changedAt} /> },
            { label: text('changedBy'), value: frequentEvent.changedBy ?? text('byItself') },
            {
              label: text('why'),
              value: text('whyText', {
                events: frequentEvent.eventsInWindow,
                share: Math.round(frequentEvent.sharePercent),
              }),
            },
            { label: text('suppressed'), value: frequentEvent.suppressed.toLocaleString('en') },
            { label: text('first'), value: sample(frequentEvent.firstSuppressed) },
            { label: text('last'), value: sample(frequentEvent.lastSuppressed) },
          ]}
        />
        {devices.length > 0 && (
          <div>
            <Box variant="h3">{text('devices')}</Box>
            <ul className="gh-counts">
              {devices.map(({ deviceId, deviceName, suppressed }) => (
                <li key={deviceId}>
                  <AppLink to={paths.device(deviceId)}>
                    <span className="gh-wrap">{deviceName}</span>
                  </AppLink>
                  : {suppressed.toLocaleString('en')}
                </li>
              ))}
              {suppressedOfOthers > 0 && <li>{text('others', { count: suppressedOfOthers })}</li>}
            </ul>
          </div>
        )}
        <AppLink to={eventsOfType}>{text('toEvents')}</AppLink>
      </SpaceBetween>
    </SidePanel>
  );
};
