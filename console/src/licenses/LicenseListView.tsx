import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { LicenseKey, licenseSorts, listLicenses, ReplyOf } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  FilterBox,
  type KeysetPages,
  ListTable,
  paths,
  StateMark,
  useAddress,
  useGo,
  useMay,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { ExpiryView, LicenseStateMark, licenseKinds, licenseStates, UsageBarView } from './looks.tsx';
import { licenseMessages } from './messages.ts';
import type { LicenseSearch } from './useLicenses.ts';

const DifferenceView = ({ license: { notHeld, notAssigned } }: { license: LicenseKey }) => {
  const text = useText(licenseMessages);
  if (notHeld + notAssigned === 0) return <span>{text('noDifference')}</span>;
  return (
    <span className="gh-wrap">
      {notHeld > 0 && <StateMark tone="info">{text('notHeldCount', { count: notHeld })}</StateMark>}
      {notAssigned > 0 && <StateMark tone="warning">{text('notAssignedCount', { count: notAssigned })}</StateMark>}
    </span>
  );
};

export const LicenseListView = ({
  answer,
  search,
  pages,
  onChange,
  onAdd,
  onImport,
}: {
  answer: Answer<ReplyOf<typeof listLicenses>>;
  search: LicenseSearch;
  pages: KeysetPages;
  onChange(search: Partial<LicenseSearch>): void;
  onAdd(): void;
  onImport(): void;
}) => {
  const text = useText(licenseMessages);
  const mayWrite = useMay()('licenses:write');
  const go = useGo();
  const address = useAddress();
  usePageTitle(text('title'));
  const { state, kind, product, text: words } = search;
  const unknown = answer.data?.unknown ?? [];
  const cleared = { state: undefined, kind: undefined, product: undefined, text: undefined };
  return (
    <SpaceBetween size="m">
      {unknown.length > 0 && (
        <Alert type="warning" header={text('unknownTitle', { count: unknown.length })}>
          {text('unknownHint', {
            keys: unknown
              .slice(0, 10)
              .map((each) => text('unknownKey', each))
              .join(', '),
          })}
        </Alert>
      )}
      <ListTable
        variant="full-page"
        label={text('title')}
        description={text('hint')}
        answer={answer}
        idOf={({ id }) => id}
        nameOf={({ serialNumber }) => serialNumber}
        isFiltered={Boolean(state?.length || kind?.length || product?.length || words)}
        onClearFilters={() => onChange(cleared)}
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button onClick={() => go(address(paths.licenseUsage))}>{text('usagePage')}</Button>
            {mayWrite && <Button onClick={onImport}>{text('importKeys')}</Button>}
            {mayWrite && (
              <Button variant="primary" onClick={onAdd}>
                {text('add')}
              </Button>
            )}
          </SpaceBetween>
        }
        empty={{
          title: text('emptyTitle'),
          hint: text('emptyHint'),
          action: mayWrite && <Button onClick={onAdd}>{text('add')}</Button>,
        }}
        filter={
          <FilterBox
            label={text('title')}
            placeholder={text('filterHint')}
            values={{ state, kind, product, text: words }}
            properties={[
              {
                key: 'state',
                label: text('state'),
                options: licenseStates.map((value) => ({ value, label: text(value) })),
              },
              {
                key: 'kind',
                label: text('kind'),
                options: licenseKinds.map((value) => ({ value, label: text(value) })),
              },
              {
                key: 'product',
                label: text('product'),
                options: (answer.data?.products ?? []).map((value) => ({ value, label: value })),
              },
            ]}
            onChange={(values) => onChange(values as Partial<LicenseSearch>)}
          />
        }
        sort={{
          by: search.sort ?? 'expiresAt',
          descending: search.descending ?? false,
          onSort: (by, descending) =>
            onChange({
              sort: by === 'expiresAt' ? undefined : (by as (typeof licenseSorts)[number]),
              descending: descending || undefined,
            }),
        }}
        pages={pages}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
        columns={[
          {
            id: 'serialNumber',
            header: text('key'),
            sortable: true,
            minWidth: 170,
            cell: ({ id, serialNumber }) => (
              <AppLink to={paths.license(id)}>
                <span className="gh-wrap">{serialNumber}</span>
              </AppLink>
            ),
          },
          {
            id: 'productName',
            header: text('product'),
            sortable: true,
            minWidth: 140,
            cell: ({ productName }) => <span className="gh-wrap">{productName}</span>,
          },
          { id: 'state', header: text('state'), minWidth: 130, cell: (row) => <LicenseStateMark state={row.state} /> },
          {
            id: 'used',
            header: text('usage'),
            sortable: true,
            minWidth: 180,
            cell: ({ used, deviceLimit }) => <UsageBarView used={used} limit={deviceLimit} />,
          },
          {
            id: 'expiresAt',
            header: text('expires'),
            sortable: true,
            minWidth: 130,
            cell: (license) => <ExpiryView license={license} />,
          },
          { id: 'kind', header: text('kind'), minWidth: 110, cell: (row) => text(row.kind) },
          {
            id: 'owner',
            header: text('owner'),
            minWidth: 120,
            cell: ({ tenantName }) => tenantName ?? text('mainServer'),
          },
          {
            id: 'automatic',
            header: text('automatic'),
            minWidth: 90,
            optional: true,
            cell: ({ automatic }) => text(automatic ? 'yes' : 'no'),
          },
          {
            id: 'differences',
            header: text('differences'),
            minWidth: 180,
            cell: (license) => <DifferenceView license={license} />,
          },
        ]}
      />
    </SpaceBetween>
  );
};
