import { exportSoftwareHolders, type SoftwareRow } from '@gatehouse/contract';
import {
  AppLink,
  Page,
  paths,
  useKeysetPages,
  useTenantScope,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { HoldersView } from './HoldersView.tsx';
import { softwareMessages } from './messages.ts';
import { SoftwareListView } from './SoftwareListView.tsx';
import { SoftwareSearch, useHolders, useSoftware } from './useSoftware.ts';

/** Software of all devices; one of them, or all that was searched for, leads to the devices that have it. */
export const SoftwareListScreen = () => {
  const text = useText(softwareMessages);
  const scope = useTenantScope();
  const [search, change] = useUrlState(SoftwareSearch);
  const pages = useKeysetPages(search.after);
  const showsHolders = search.softwareId !== undefined || search.view === 'devices';
  const software = useSoftware(search, !showsHolders);
  const holders = useHolders(search, showsHolders);
  const file = withQuery(exportSoftwareHolders.path, {
    text: search.text,
    softwareId: search.softwareId?.toString(),
    tenantId: scope,
  });
  const [first] = holders.data?.items ?? [];
  const shared = { search, pages, file, onChange: change };
  return (
    <Page title={text('software')}>
      {showsHolders ? (
        <>
          <AppLink to={withQuery(paths.software, { text: search.text })}>{text('back')}</AppLink>
          <HoldersView
            {...shared}
            answer={holders}
            title={
              search.softwareId === undefined || !first
                ? text('holdersOfAll')
                : text('holders', { name: first.name, version: first.version })
            }
          />
        </>
      ) : (
        <SoftwareListView
          {...shared}
          answer={software}
          onOpen={({ id }: SoftwareRow) => change({ softwareId: id, after: undefined })}
          onShowDevices={() => change({ view: 'devices', after: undefined })}
        />
      )}
    </Page>
  );
};
