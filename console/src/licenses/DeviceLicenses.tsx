import type { DeviceLicense } from '@gatehouse/contract';
import { AppLink, type Column, ListTable, paths, RelativeTime, useText } from '../platform/index.ts';
import { useSeatColumns } from './LicenseDevicesView.tsx';
import { DayOf, LicenseStateMark } from './looks.tsx';
import { licenseMessages } from './messages.ts';
import { useDeviceLicenses } from './useLicenses.ts';

/** The licence keys of one device, for its page. */
export const DeviceLicenses = ({ deviceId }: { deviceId: string }) => {
  const text = useText(licenseMessages);
  const licenses = useDeviceLicenses(deviceId);
  const seatColumns = useSeatColumns<DeviceLicense>();
  const toldAt = licenses.data?.toldAt;
  const columns: Column<DeviceLicense>[] = [
    {
      id: 'key',
      header: text('key'),
      minWidth: 160,
      cell: ({ licenseId, serialNumber }) =>
        licenseId ? <AppLink to={paths.license(licenseId)}>{serialNumber}</AppLink> : serialNumber,
    },
    {
      id: 'product',
      header: text('product'),
      minWidth: 140,
      cell: ({ productName }) => <span className="gh-cell">{productName ?? text('unknownProduct')}</span>,
    },
    {
      id: 'state',
      header: text('state'),
      minWidth: 120,
      cell: ({ state }) => (state ? <LicenseStateMark state={state} /> : ''),
    },
    {
      id: 'expires',
      header: text('expires'),
      minWidth: 110,
      cell: ({ expiresAt, licenseId }) => (expiresAt ? <DayOf at={expiresAt} /> : licenseId ? text('noEnd') : ''),
    },
    ...seatColumns,
  ];
  return (
    <>
      <ListTable
        label={text('deviceTitle')}
        answer={licenses}
        columns={columns}
        idOf={({ serialNumber }) => serialNumber}
        nameOf={({ serialNumber }) => serialNumber}
        empty={{ title: text('deviceEmptyTitle'), hint: text('deviceEmptyHint') }}
      />
      {toldAt === null && <p>{text('neverTold')}</p>}
      {toldAt && (
        <p>
          {text('toldAt')} <RelativeTime at={toldAt} />
        </p>
      )}
    </>
  );
};
