import Alert from '@cloudscape-design/components/alert';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import type { LicenseImport } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { licenseMessages } from './messages.ts';

const MOST_BYTES = 2_000_000;
/** What a dialog can show; the counts say the rest. */
const MOST_ROWS = 50;

/** Keys from a file: first what it would do, then all of it. */
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
  const [file, setFile] = useState<File | null>(null);
  const [csv, setCsv] = useState<string | null>(null);
  const tooLarge = file !== null && file.size > MOST_BYTES;
  const wanted = result?.rows.filter(({ what }) => what !== 'same') ?? [];
  const mayImport = csv !== null && result !== undefined && result.issues.length === 0 && wanted.length > 0;

  const choose = (chosen: File | null) => {
    setFile(chosen);
    setCsv(null);
    if (!chosen || chosen.size > MOST_BYTES) return;
    void chosen.text().then((read) => {
      setCsv(read);
      onRead(read, false);
    });
  };
  return (
    <AskFirst
      title={text('importTitle')}
      confirm={mayImport ? text('importAll', { count: wanted.length }) : text('importKeys')}
      isBusy={isBusy}
      problem={problem}
      disabled={!mayImport}
      onCancel={onCancel}
      onConfirm={() => csv !== null && onRead(csv, true)}
    >
      <FormField
        label={text('importKeys')}
        description={text('importHint')}
        errorText={tooLarge ? text('fileTooLarge') : undefined}
      >
        <FileUpload
          value={file ? [file] : []}
          accept=".csv,.tsv,.txt,text/csv"
          onChange={({ detail }) => choose(detail.value[0] ?? null)}
          i18nStrings={{
            uploadButtonText: () => text('chooseFile'),
            dropzoneText: () => text('chooseFile'),
            removeFileAriaLabel: () => text('remove'),
            limitShowFewer: '',
            limitShowMore: '',
            errorIconAriaLabel: text('wrong'),
          }}
          showFileSize
          constraintText={file ? undefined : text('noFile')}
        />
      </FormField>
      {result && csv !== null && result.issues.length > 0 && (
        <Alert type="error" header={text('importIssues', { count: result.issues.length })}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className="gh-numbers" aria-label={text('wrong')} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{text('line')}</th>
                  <th scope="col">{text('column')}</th>
                  <th scope="col">{text('wrong')}</th>
                </tr>
              </thead>
              <tbody>
                {result.issues.slice(0, MOST_ROWS).map(({ line, column, what }) => (
                  <tr key={`${line} ${column} ${what}`}>
                    <th scope="row">{line}</th>
                    <td>{column ?? text('wholeLine')}</td>
                    <td>{what}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </Alert>
      )}
      {result && csv !== null && result.issues.length === 0 && wanted.length === 0 && (
        <Alert type="info">{text('nothingNew')}</Alert>
      )}
      {result && csv !== null && result.rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="gh-numbers" aria-label={text('what')} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text('serialNumber')}</th>
                <th scope="col">{text('what')}</th>
                <th scope="col">{text('product')}</th>
                <th scope="col">{text('client')}</th>
                <th scope="col">{text('deviceLimit')}</th>
              </tr>
            </thead>
            <tbody>
              {result.rows.slice(0, MOST_ROWS).map((row) => (
                <tr key={row.line}>
                  <th scope="row">{row.serialNumber}</th>
                  <td>{text(`what-${row.what}`)}</td>
                  <td>{row.productName}</td>
                  <td>{row.tenantName ?? text('mainServer')}</td>
                  <td>{row.deviceLimit ?? '-'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </AskFirst>
  );
};
