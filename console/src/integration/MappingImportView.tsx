import Alert from '@cloudscape-design/components/alert';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import type { importMappings, ReplyOf } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { mappingMessages } from './mapping-messages.ts';

const MOST_BYTES = 2_000_000;
/** What a dialog can show; the counts say the rest. */
const MOST_ROWS = 50;

/** Mappings from a file: first what it would do, then all of it. */
export const MappingImportView = ({
  result,
  isBusy,
  problem,
  onRead,
  onCancel,
}: {
  result: ReplyOf<typeof importMappings> | undefined;
  isBusy: boolean;
  problem: unknown;
  onRead(csv: string, apply: boolean): void;
  onCancel(): void;
}) => {
  const text = useText(mappingMessages);
  const [file, setFile] = useState<File | null>(null);
  const [csv, setCsv] = useState<string | null>(null);
  const wanted = result?.lines.filter(({ what }) => what !== 'same') ?? [];
  const isRead = result !== undefined && csv !== null;
  const mayImport = isRead && result.issues.length === 0 && wanted.length > 0;

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
      confirm={text('importAll', { count: mayImport ? wanted.length : 0 })}
      isBusy={isBusy}
      problem={problem}
      disabled={!mayImport}
      onCancel={onCancel}
      onConfirm={() => csv !== null && onRead(csv, true)}
    >
      <FormField
        label={text('file')}
        description={text('importHint')}
        errorText={file !== null && file.size > MOST_BYTES ? text('fileTooLarge') : undefined}
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
      {isRead && result.issues.length > 0 && (
        <Alert type="error" header={text('issues', { count: result.issues.length })}>
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
          {result.issues.length > MOST_ROWS && <p>{text('moreLines', { count: result.issues.length - MOST_ROWS })}</p>}
        </Alert>
      )}
      {isRead && result.issues.length === 0 && wanted.length === 0 && <Alert type="info">{text('nothingNew')}</Alert>}
      {isRead && result.leftAlone > 0 && <p>{text('leftAlone', { count: result.leftAlone })}</p>}
      {isRead && wanted.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="gh-numbers" aria-label={text('what')} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text('line')}</th>
                <th scope="col">{text('virtualServer')}</th>
                <th scope="col">{text('what')}</th>
                <th scope="col">{text('account')}</th>
              </tr>
            </thead>
            <tbody>
              {wanted.slice(0, MOST_ROWS).map(({ line, sourceTenantName, what, to }) => (
                <tr key={line}>
                  <th scope="row">{line}</th>
                  <td>{sourceTenantName}</td>
                  <td>{text(`what-${what}`)}</td>
                  <td>{to?.name ?? '-'}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {wanted.length > MOST_ROWS && <p>{text('moreLines', { count: wanted.length - MOST_ROWS })}</p>}
        </section>
      )}
    </AskFirst>
  );
};
