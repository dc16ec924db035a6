import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import { type PsaField, type ShadowDifference, ShadowDifferenceKind } from '@gatehouse/contract';
import { type Answer, type KeysetPages, ListTable, RelativeTime, useText } from '../platform/index.ts';
import { shadowMessages } from './messages.ts';

/** Tickets that only one side has, and those with other choices, each with its reasons. */
export const DifferencesView = ({
  answer,
  kind,
  pages,
  fields,
  nameOfRule,
  onKind,
}: {
  answer: Answer<{ items: ShadowDifference[]; next: string | null }>;
  kind: ShadowDifferenceKind | undefined;
  pages: KeysetPages;
  fields: readonly PsaField[];
  nameOfRule(reason: string): string;
  onKind(kind: ShadowDifferenceKind | undefined): void;
}) => {
  const text = useText(shadowMessages);
  const every = { value: '', label: text('everyDifference') };
  const choice = (name: string, id: string | null | undefined): string =>
    id
      ? (fields.find((field) => field.name === name)?.choices.find((each) => each.id === id)?.label ?? id)
      : text('noChoice');
  const whys = (row: ShadowDifference): string[] =>
    row.kind === 'other-fields'
      ? row.fields.map((name) =>
          text('otherField', {
            field: fields.find((field) => field.name === name)?.title ?? name,
            shadow: choice(name, row.shadow?.fields[name]),
            real: choice(name, row.real?.fields[name]),
          }),
        )
      : [
          text('whyOpened', { why: (row.shadow ?? row.real)?.why ?? '' }),
          ...(row.because ? [text('whyNot', { why: row.because })] : []),
        ];
  return (
    <ListTable
      variant="container"
      label={text('differences')}
      description={text('differencesHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ deviceName, kind: what }) => `${deviceName}: ${text(`kind_${what}`)}`}
      pages={pages}
      isFiltered={kind !== undefined}
      onClearFilters={() => onKind(undefined)}
      filter={
        <Select
          ariaLabel={text('whichDifferences')}
          selectedOption={kind ? { value: kind, label: text(`kind_${kind}`) } : every}
          options={[every, ...ShadowDifferenceKind.options.map((value) => ({ value, label: text(`kind_${value}`) }))]}
          onChange={({ detail }) => onKind((detail.selectedOption.value || undefined) as typeof kind)}
        />
      }
      empty={{ title: text('noDifferences'), hint: text('noDifferencesHint') }}
      columns={[
        { id: 'when', header: text('when'), minWidth: 90, cell: ({ at }) => <RelativeTime at={at} /> },
        {
          id: 'kind',
          header: text('kind'),
          minWidth: 120,
          cell: ({ kind: what, real }) => (
            <>
              {text(`kind_${what}`)}
              {real?.psaTicketNumber && (
                <div>
                  {real.psaUrl ? (
                    <Link href={real.psaUrl} external>
                      {text('inPsa', { number: real.psaTicketNumber })}
                    </Link>
                  ) : (
                    text('inPsa', { number: real.psaTicketNumber })
                  )}
                </div>
              )}
            </>
          ),
        },
        {
          id: 'device',
          header: text('device'),
          minWidth: 130,
          cell: ({ deviceName, tenantName }) => (
            <>
              <div className="gh-wrap">{deviceName}</div>
              <div className="gh-wrap">{tenantName}</div>
            </>
          ),
        },
        {
          id: 'rule',
          header: text('rule'),
          minWidth: 150,
          cell: ({ rule }) => <span className="gh-wrap">{rule === null ? text('noRule') : nameOfRule(rule)}</span>,
        },
        {
          id: 'why',
          header: text('why'),
          minWidth: 260,
          cell: (row) =>
            whys(row).map((line) => (
              <div key={line} className="gh-wrap">
                {line}
              </div>
            )),
        },
      ]}
    />
  );
};
