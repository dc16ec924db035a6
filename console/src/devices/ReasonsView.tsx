import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Table from '@cloudscape-design/components/table';
import type { DeviceRow } from '@gatehouse/contract';
import { RelativeTime, StatusMark, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

/** Which conditions hold for a device, since when and by which figures. */
export const ReasonsView = ({ device }: { device: Pick<DeviceRow, 'reasons' | 'visible'> }) => {
  const text = useText(deviceMessages);
  return (
    <>
      {!device.visible && <Alert type="info">{text('notVisibleHint')}</Alert>}
      {device.reasons.length === 0 ? (
        <Box color="text-body-secondary">{text('noReasons')}</Box>
      ) : (
        <Table
          variant="borderless"
          items={device.reasons}
          trackBy={({ condition, level }) => `${condition} ${level}`}
          wrapLines
          ariaLabels={{ tableLabel: text('whyTitle') }}
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
          ]}
        />
      )}
    </>
  );
};
