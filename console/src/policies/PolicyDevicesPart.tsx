import Select from '@cloudscape-design/components/select';
import { DevicePolicyState } from '@gatehouse/contract';
import { useState } from 'react';
import { AppLink, ListTable, paths, RelativeTime, useKeysetPages, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import { DevicePolicyMark } from './PolicyStateMark.tsx';
import { usePolicyDevices } from './usePolicies.ts';
import { usePolicyWords } from './words.ts';

const states = DevicePolicyState.options.filter((state) => state !== 'none');

/** Devices that a policy is in force for, and how each stands to it. */
export const PolicyDevicesPart = ({ policyId, after }: { policyId: number; after: string | undefined }) => {
  const text = useText(policyMessages);
  const words = usePolicyWords();
  const pages = useKeysetPages(after);
  const [state, setState] = useState<DevicePolicyState | ''>('');
  const answer = usePolicyDevices(policyId, { state: state ? [state] : undefined, after });
  const options = [
    { value: '', label: text('anyDeviceState') },
    ...states.map((value) => ({ value, label: words.deviceState(value) })),
  ];
  return (
    <ListTable
      label={text('tabDevices')}
      answer={answer}
      idOf={({ deviceId }) => deviceId}
      nameOf={({ deviceName }) => deviceName}
      pages={pages}
      isFiltered={state !== ''}
      onClearFilters={() => setState('')}
      empty={{ title: text('noPolicyDevices'), hint: text('noPolicyDevicesHint') }}
      filter={
        <div className="gh-filters">
          <Select
            ariaLabel={text('deviceState')}
            options={options}
            selectedOption={options.find(({ value }) => value === state) ?? null}
            onChange={({ detail }) => {
              setState(detail.selectedOption.value as DevicePolicyState | '');
              if (after !== undefined) pages.goTo(1, null);
            }}
          />
        </div>
      }
      columns={[
        {
          id: 'device',
          header: text('device'),
          minWidth: 160,
          cell: ({ deviceId, deviceName }) => <AppLink to={paths.device(deviceId)}>{deviceName}</AppLink>,
        },
        {
          id: 'state',
          header: text('deviceState'),
          minWidth: 140,
          cell: (row) => <DevicePolicyMark state={row.state} />,
        },
        { id: 'group', header: text('group'), minWidth: 160, cell: ({ groupName }) => groupName },
        { id: 'told', header: text('toldAt'), minWidth: 140, cell: ({ toldAt }) => <RelativeTime at={toldAt} /> },
        {
          id: 'seen',
          header: text('lastSeen'),
          minWidth: 140,
          cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
        },
      ]}
    />
  );
};
