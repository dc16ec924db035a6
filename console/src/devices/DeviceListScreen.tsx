import { useKeysetPages, useUrlState } from '../platform/index.ts';
import { DeviceListView } from './DeviceListView.tsx';
import { DeviceSearch, useDevices } from './useDevices.ts';

export const DeviceListScreen = () => {
  const [search, change] = useUrlState(DeviceSearch);
  const { devices, tenants, groups, conditions, sort, descending, scope } = useDevices(search);
  const pages = useKeysetPages(search.after);
  return (
    <DeviceListView
      answer={devices}
      search={search}
      sort={sort}
      descending={descending}
      tenants={scope ? [] : (tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      groups={(groups.data?.items ?? []).map(({ id, fullName }) => ({ value: String(id), label: fullName }))}
      conditions={conditions}
      pages={pages}
      onChange={change}
    />
  );
};
