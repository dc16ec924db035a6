import type { LicenseImport } from '@gatehouse/contract';
import { ImportDialog, ImportRows, useText } from '../platform/index.ts';
import { licenseMessages } from './messages.ts';

/** Keys from a file. */
export const ImportDialogView = ({
  result,
  isBusy,
  problem,
  onRead,
  onCancel,
}: {
  result: LicenseImport | undefined;
  isBusy: boolean;
  problem: unknown;
  onRead(csv: string, apply: boolean): void;
  onCancel(): void;
}) => {
  const text = useText(licenseMessages);
  return (
    <ImportDialog
      title={text('importTitle')}
      hint={text('importHint')}
      result={result}
      countOf={({ rows }) => rows.filter(({ what }) => what !== 'same').length}
      words={{
        confirm: (count) => text('importAll', { count }),
        issues: (count) => text('importIssues', { count }),
        nothingNew: text('nothingNew'),
      }}
      isBusy={isBusy}
      problem={problem}
      onRead={onRead}
      onCancel={onCancel}
    >
      {({ rows }) =>
        rows.length > 0 && (
          <ImportRows
            label={text('what')}
            columns={[text('serialNumber'), text('what'), text('product'), text('client'), text('deviceLimit')]}
            rows={rows.map((row) => ({
              key: String(row.line),
              cells: [
                row.serialNumber,
                text(`what-${row.what}`),
                row.productName,
                row.tenantName ?? text('mainServer'),
                row.deviceLimit ?? '-',
              ],
            }))}
          />
        )
      }
    </ImportDialog>
  );
};
