import Alert from '@cloudscape-design/components/alert';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import { type ReactNode, useState } from 'react';
import { AskFirst } from './ask-first.tsx';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

const MOST_BYTES = 2_000_000;
/** What a dialog can show; the counts say the rest. */
const MOST_ROWS = 50;

/** A small table of a dialog; of many rows the first ones. */
export const ImportRows = ({
  label,
  columns,
  rows,
}: {
  /** Names the table for those who do not see where it stands. */
  label: string;
  columns: readonly string[];
  /** The first cell names the row. */
  rows: readonly { key: string; cells: readonly [ReactNode, ...ReactNode[]] }[];
}) => {
  const text = useText(platformMessages);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="gh-numbers" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map(({ key, cells: [name, ...others] }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {others.map((cell, at) => (
                <td key={columns[at + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && <p>{text('importMoreRows', { count: rows.length - MOST_ROWS })}</p>}
    </section>
  );
};

/** Things from a CSV file: first what it would do, then all of it or nothing. */
export const ImportDialog = <R extends { issues: readonly { line: number; column: string | null; what: string }[] }>({
  title,
  hint,
  result,
  countOf,
  words,
  isBusy,
  problem,
  onRead,
  onCancel,
  children,
}: {
  title: string;
  /** Which columns the file has. */
  hint: string;
  /** What the file would do; undefined before that is known. */
  result: R | undefined;
  /** How many lines of the file change something. */
  countOf(result: R): number;
  words: {
    /** On the button, as `Import 3 keys`. */
    confirm(count: number): string;
    /** Above what is wrong. */
    issues(count: number): string;
    nothingNew: string;
  };
  isBusy: boolean;
  problem: unknown;
  onRead(csv: string, apply: boolean): void;
  onCancel(): void;
  /** What the file would do, in rows. */
  children(result: R): ReactNode;
}) => {
  const text = useText(platformMessages);
  const [file, setFile] = useState<File | null>(null);
  const [csv, setCsv] = useState<string | null>(null);
  const shown = csv === null ? undefined : result;
  const issues = shown?.issues ?? [];
  const count = shown && issues.length === 0 ? countOf(shown) : 0;
  const isTooLarge = file !== null && file.size > MOST_BYTES;

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
      title={title}
      confirm={words.confirm(count)}
      isBusy={isBusy}
      problem={problem}
      disabled={count === 0}
      onCancel={onCancel}
      onConfirm={() => csv !== null && onRead(csv, true)}
    >
      <FormField
        label={text('importFile')}
        description={hint}
        errorText={isTooLarge ? text('importTooLarge') : undefined}
      >
        <FileUpload
          value={file ? [file] : []}
          accept=".csv,.tsv,.txt,text/csv"
          onChange={({ detail }) => choose(detail.value[0] ?? null)}
          i18nStrings={{
            uploadButtonText: () => text('importChoose'),
            dropzoneText: () => text('importChoose'),
            removeFileAriaLabel: () => text('importRemove'),
            limitShowFewer: '',
            limitShowMore: '',
            errorIconAriaLabel: text('importWrong'),
          }}
          showFileSize
          constraintText={file ? undefined : text('importNoFile')}
        />
      </FormField>
      {issues.length > 0 && (
        <Alert type="error" header={words.issues(issues.length)}>
          <ImportRows
            label={text('importWrong')}
            columns={[text('importLine'), text('importColumn'), text('importWrong')]}
            rows={issues.map(({ line, column, what }) => ({
              key: `${line} ${column} ${what}`,
              cells: [line, column ?? text('importWholeLine'), what],
            }))}
          />
        </Alert>
      )}
      {shown && issues.length === 0 && count === 0 && <Alert type="info">{words.nothingNew}</Alert>}
      {shown && children(shown)}
    </AskFirst>
  );
};
