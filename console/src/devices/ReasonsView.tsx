import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { DeviceRow, StatusReason } from '@gatehouse/contract';
import { RelativeTime, StatusMark, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

/** Which conditions hold for a device, since when, by which figures and by whose setting. */
export const ReasonsView = ({ device }: { device: Pick<DeviceRow, 'reasons' | 'unseenReasons' | 'visible'> }) => {
  const text = useText(deviceMessages);
  return (
    <SpaceBetween size="s">
      {!device.visible && <Alert type="info">{text('notVisibleHint')}</Alert>}
      {device.reasons.length === 0 ? (
        <Box color="text-body-secondary">{text('noReasons')}</Box>
      ) : (
        <ReasonTable label={text('whyTitle')} reasons={device.reasons} />
      )}
      {device.unseenReasons.length > 0 && (
        <>
          <Box variant="h4">{text('unseenTitle')}</Box>
          <Box variant="small" color="text-body-secondary">
            {text('unseenHint')}
          </Box>
          <ReasonTable label={text('unseenTitle')} reasons={device.unseenReasons} />
        </>
      )}
    </SpaceBetween>
  );
};

const ReasonTable = ({ label, reasons }: { label: string; reasons: StatusReason[] }) => {
  const text = useText(deviceMessages);
  return (
    <Table
      variant="borderless"
      items={reasons}
      trackBy={({ condition, level }) => `${condition} ${level}`}
      wrapLines
      ariaLabels={{ tableLabel: label }}
      columnDefinitions={[
        { id: 'title', header: text('condition'), cell: ({ title }) => title, isRowHeader: true, minWidth: 150 },
        { id: 'level', header: text('level'), cell: ({ level }) => <StatusMark level={level} />, minWidth: 100 },
        {
          id: 'detail',
          header: text('detail'),
          cell: ({ detail }) => <span className="gh-wrap">{detail}</span>,
          minWidth: 160,
        },
        { id: 'since', header: text('since'), cell: ({ since }) => <RelativeTime at={since} />, minWidth: 100 },
        {
          id: 'rule',
          header: text('rule'),
          minWidth: 150,
          cell: ({ rule }) =>
            rule &&
            (rule.groupName === null
              ? text('ruleDefault', { value: rule.value })
              : text('ruleOf', { value: rule.value, group: rule.groupName })),
        },
      ]}
    />
  );
};
