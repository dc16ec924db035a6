import Button from '@cloudscape-design/components/button';
import { searchDevices } from '@gatehouse/contract';
import { useState } from 'react';
import { useAsk } from '../api/index.ts';
import { ListTable, paths, useAddress, useGo, useText, withQuery } from '../platform/index.ts';
import { useDeviceColumns } from './columns.tsx';
import { deviceMessages } from './messages.ts';

const SHOWN = 50;

/** The devices right in a group and below it, the worst first; the list of devices has all filters and acts. */
export const GroupDevicesPart = ({ tenantId, groupId }: { tenantId: string; groupId: number }) => {
  const text = useText(deviceMessages);
  const go = useGo();
  const address = useAddress();
  const [selected, setSelected] = useState<string>();
  const devices = useAsk(
    searchDevices,
    { body: { filter: { tenantIds: [tenantId], groups: [{ id: groupId }] }, limit: SHOWN } },
    { topics: ['devices'], keep: true },
  );
  const columns = useDeviceColumns().filter(({ id }) => id !== 'tenantName');
  const toList = () => go(withQuery(paths.devices, { tenant: tenantId, groupId: String(groupId) }));
  return (
    <ListTable
      label={text('groupDevices')}
      description={text('groupDevicesHint', { count: SHOWN })}
      answer={devices}
      columns={columns.map((column) => ({ ...column, sortable: false }))}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={<Button onClick={toList}>{text('toDeviceList')}</Button>}
      chosen={{ id: selected, onChoose: setSelected, onOpen: ({ id }) => go(address(paths.device(id))) }}
      empty={{ title: text('groupEmptyTitle'), hint: text('groupEmptyHint') }}
    />
  );
};
