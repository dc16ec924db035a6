import type { Device } from '@gatehouse/contract';
import { ListTable, RelativeTime, useText } from '../platform/index.ts';
import { answered } from './answered.ts';
import { deviceMessages } from './messages.ts';

/** Malicious objects that were found and that nobody has dealt with yet. */
export const ThreatsView = ({ device }: { device: Pick<Device, 'activeThreatList' | 'activeThreats'> }) => {
  const text = useText(deviceMessages);
  const { activeThreatList: items, activeThreats: total } = device;
  return (
    <ListTable
      label={text('threatsTitle')}
      answer={answered(items, total)}
      idOf={({ uid }) => uid}
      nameOf={({ object }) => object}
      empty={{ title: text('threatsEmpty'), hint: text('threatsEmptyHint') }}
      columns={[
        {
          id: 'object',
          header: text('threatObject'),
          cell: ({ object }) => <span className="gh-wrap">{object}</span>,
          minWidth: 220,
        },
        { id: 'threat', header: text('threatName'), cell: ({ threatName }) => threatName, minWidth: 160 },
        {
          id: 'found',
          header: text('threatFound'),
          cell: ({ foundAt }) => <RelativeTime at={foundAt} />,
          minWidth: 120,
        },
      ]}
    />
  );
};
