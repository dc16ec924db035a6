import type { importMappings, ReplyOf } from '@gatehouse/contract';
import { ImportDialog, ImportRows, useText } from '../platform/index.ts';
import { mappingMessages } from './mapping-messages.ts';

type Result = ReplyOf<typeof importMappings>;

const changedBy = ({ lines }: Result) => lines.filter(({ what }) => what !== 'same');

/** Mappings from a file. */
export const MappingImportView = ({
  result,
  isBusy,
  problem,
  onRead,
  onCancel,
}: {
  result: Result | undefined;
  isBusy: boolean;
  problem: unknown;
  onRead(csv: string, apply: boolean): void;
  onCancel(): void;
}) => {
  const text = useText(mappingMessages);
  return (
    <ImportDialog
      title={text('importTitle')}
      hint={text('importHint')}
      result={result}
      countOf={(read) => changedBy(read).length}
      words={{
        confirm: (count) => text('importAll', { count }),
        issues: (count) => text('issues', { count }),
        nothingNew: text('nothingNew'),
      }}
      isBusy={isBusy}
      problem={problem}
      onRead={onRead}
      onCancel={onCancel}
    >
      {(read) => (
        <>
          {read.leftAlone > 0 && <p>{text('leftAlone', { count: read.leftAlone })}</p>}
          {changedBy(read).length > 0 && (
            <ImportRows
              label={text('what')}
              columns={[text('line'), text('virtualServer'), text('what'), text('account')]}
              rows={changedBy(read).map(({ line, sourceTenantName, what, to }) => ({
                key: String(line),
                cells: [line, sourceTenantName, text(`what-${what}`), to?.name ?? '-'],
              }))}
            />
          )}
        </>
      )}
    </ImportDialog>
  );
};
