import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { exportLicenseReports, exportServiceReports } from '@gatehouse/contract';
import {
  Page,
  ProblemAlert,
  useKeysetPages,
  useMay,
  useSay,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { LicenseReportsView } from './LicenseReportsView.tsx';
import { reportMessages } from './messages.ts';
import { PsaReportsPart } from './PsaReportsPart.tsx';
import { ServiceReportsView } from './ServiceReportsView.tsx';
import {
  licenseQuery,
  ReportSearch,
  type ReportView,
  serviceQuery,
  useLicenses,
  useServices,
  useUpdate,
} from './useServiceReports.ts';

/** What was done for each client, how its licences are used, and what of it is kept in the PSA. */
export const ServiceReportsScreen = () => {
  const text = useText(reportMessages);
  const may = useMay();
  const say = useSay();
  const [search, change] = useUrlState(ReportSearch);
  const pages = useKeysetPages(search.after);
  const view: ReportView =
    search.view === 'psa' && !may('integrations:read') ? 'services' : (search.view ?? 'services');
  const services = useServices(search, view === 'services');
  const licenses = useLicenses(search, view === 'licenses');
  const update = useUpdate();

  const fileOf = (format: 'csv' | 'xlsx'): string => {
    const [path, query] =
      view === 'licenses'
        ? [exportLicenseReports.path, licenseQuery(search)]
        : [exportServiceReports.path, serviceQuery(search)];
    return withQuery(path, { ...query, days: 'days' in query ? String(query.days) : undefined, format });
  };
  const actions = (
    <SpaceBetween size="xs" direction="horizontal">
      <Button href={fileOf('csv')} download iconName="download">
        {text('asCsv')}
      </Button>
      <Button href={fileOf('xlsx')} download iconName="download">
        {text('asXlsx')}
      </Button>
      {may('integrations:write') && (
        <Button
          iconName="refresh"
          loading={update.isPending}
          onClick={() => update.mutate({}, { onSuccess: () => say({ type: 'success', content: text('updating') }) })}
        >
          {text('update')}
        </Button>
      )}
    </SpaceBetween>
  );
  const shared = { search, pages, actions, onChange: change };
  return (
    <Page title={text('title')}>
      <ProblemAlert problem={update.error} />
      <Tabs
        ariaLabel={text('title')}
        activeTabId={view}
        onChange={({ detail }) =>
          change({
            view: detail.activeTabId === 'services' ? undefined : (detail.activeTabId as ReportView),
            text: undefined,
            columns: undefined,
          })
        }
        tabs={[
          {
            id: 'services',
            label: text('services'),
            content: view === 'services' && <ServiceReportsView {...shared} answer={services} />,
          },
          {
            id: 'licenses',
            label: text('licenses'),
            content: view === 'licenses' && <LicenseReportsView {...shared} answer={licenses} />,
          },
          ...(may('integrations:read')
            ? [{ id: 'psa', label: text('inPsa'), content: view === 'psa' && <PsaReportsPart /> }]
            : []),
        ]}
      />
    </Page>
  );
};
