import type { SoftwareItem } from '@gatehouse/contract';
import { ExactTime, ListTable, useKeysetPages, useText, useUrlState } from '../platform/index.ts';
import { useSoftwareColumns } from './columns.tsx';
import { FindBox } from './FindBox.tsx';
import { softwareMessages } from './messages.ts';
import { SoftwareSearch, useDeviceSoftware } from './useSoftware.ts';

/** What is installed on one device, for its page. */
export const DeviceSoftware = ({ deviceId }: { deviceId: string }) => {
  const text = useText(softwareMessages);
  const [search, change] = useUrlState(SoftwareSearch);
  const software = useDeviceSoftware(deviceId, search);
  const pages = useKeysetPages(search.after);
  const columns = useSoftwareColumns<SoftwareItem>();
  const collectedAt = software.data?.collectedAt;
  return (
    <>
      <ListTable
        label={text('software')}
        answer={software}
        columns={columns}
        idOf={({ name, version, source, arch }) => `${source} ${name} ${version} ${arch}`}
        nameOf={({ name, version }) => `${name} ${version}`}
        filter={<FindBox value={search.text} onChange={(wanted) => change({ text: wanted }, { replace: true })} />}
        isFiltered={search.text !== undefined}
        onClearFilters={() => change({ text: undefined })}
        empty={{ title: text('deviceEmptyTitle'), hint: text('deviceEmptyHint') }}
        pages={pages}
        settings={{ limit: search.limit, columns: search.columns, onChange: change }}
      />
      {collectedAt && (
        <p>
          {text('collected')} <ExactTime at={collectedAt} />
        </p>
      )}
    </>
  );
};
