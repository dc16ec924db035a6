import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AuditLine } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  ExactTime,
  FilterBox,
  type KeysetPages,
  ListTable,
  PanelSteps,
  RelativeTime,
  SidePanel,
  StateMark,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { historyPath, objectOfTarget } from '../revisions/index.ts';
import { auditMessages } from './messages.ts';
import type { AuditSearch } from './useAudit.ts';

const tones = { done: 'ok', refused: 'warning', failed: 'critical' } as const;
const actorWords = {
  user: 'user',
  'api-token': 'apiToken',
  agent: 'agent',
  server: 'server',
  anonymous: 'anonymous',
} as const;

export const AuditView = ({
  answer,
  search,
  pages,
  onChange,
}: {
  answer: Answer<{ items: AuditLine[]; next: string | null }>;
  search: AuditSearch;
  pages: KeysetPages;
  onChange(search: Partial<AuditSearch>): void;
}) => {
  const text = useText(auditMessages);
  usePageTitle(text('audit'));
  const rows = answer.data?.items ?? [];
  const at = rows.findIndex(({ id }) => String(id) === search.selected);
  const chosen = rows[at];
  const object = chosen && chosen.outcome === 'done' ? objectOfTarget(chosen.target) : null;
  const stepTo = (row: AuditLine | undefined) => row && (() => onChange({ selected: String(row.id) }));
  const seen = (key: 'action' | 'actor') =>
    [...new Set(rows.map((row) => row[key]))].map((value) => ({ value, label: value }));
  return (
    <>
      <ListTable
        variant="full-page"
        label={text('audit')}
        description={text('description')}
        answer={answer}
        idOf={({ id }) => String(id)}
        nameOf={({ action, actor }) => `${action}, ${actor}`}
        isFiltered={search.action !== undefined || search.actor !== undefined}
        onClearFilters={() => onChange({ action: undefined, actor: undefined })}
        filter={
          <FilterBox
            label={text('audit')}
            placeholder={text('filterHint')}
            withText={false}
            values={{ action: search.action, actor: search.actor }}
            properties={[
              { key: 'actor', label: text('actor'), single: true, options: seen('actor') },
              { key: 'action', label: text('action'), single: true, options: seen('action') },
            ]}
            onChange={({ action, actor }) => onChange({ action, actor } as Partial<AuditSearch>)}
          />
        }
        empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
        pages={pages}
        chosen={{ id: search.selected, onChoose: (selected) => onChange({ selected }) }}
        settings={{ limit: search.limit, columns: search.columns, onChange }}
        columns={[
          { id: 'when', header: text('when'), cell: (row) => <RelativeTime at={row.at} />, minWidth: 120 },
          { id: 'actor', header: text('actor'), cell: (row) => row.actor, minWidth: 110 },
          {
            id: 'kind',
            header: text('actorKind'),
            cell: (row) => text(actorWords[row.actorKind]),
            optional: true,
            minWidth: 110,
          },
          { id: 'action', header: text('action'), cell: (row) => <code>{row.action}</code>, minWidth: 180 },
          {
            id: 'outcome',
            header: text('outcome'),
            cell: (row) => <StateMark tone={tones[row.outcome]}>{text(row.outcome)}</StateMark>,
            minWidth: 110,
          },
          {
            id: 'target',
            header: text('target'),
            cell: (row) => <span className="gh-cell">{row.target}</span>,
            minWidth: 260,
          },
          { id: 'address', header: text('address'), cell: (row) => row.address ?? '', minWidth: 110 },
        ]}
      />
      {chosen && (
        <SidePanel title={chosen.action} onClose={() => onChange({ selected: undefined })}>
          <SpaceBetween size="m">
            <SpaceBetween size="s" direction="horizontal" alignItems="center">
              <PanelSteps onPrevious={stepTo(rows[at - 1])} onNext={stepTo(rows[at + 1])} />
              {object && <AppLink to={historyPath(object)}>{text('revisionHistory')}</AppLink>}
            </SpaceBetween>
            <KeyValuePairs
              columns={4}
              items={[
                { label: text('when'), value: <ExactTime at={chosen.at} /> },
                { label: text('actor'), value: `${chosen.actor} (${text(actorWords[chosen.actorKind])})` },
                { label: text('address'), value: chosen.address ?? '-' },
                {
                  label: text('outcome'),
                  value: <StateMark tone={tones[chosen.outcome]}>{text(chosen.outcome)}</StateMark>,
                },
                { label: text('target'), value: <code className="gh-wrap">{chosen.target}</code> },
                { label: text('request'), value: <code className="gh-wrap">{chosen.requestId ?? '-'}</code> },
              ]}
            />
            <div className="gh-grid">
              {(['before', 'after'] as const).map((side) =>
                chosen[side] === null || chosen[side] === undefined ? null : (
                  <section key={side} aria-label={text(side)}>
                    <strong>{text(side)}</strong>
                    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
                    <code className="gh-code" tabIndex={0}>
                      {JSON.stringify(chosen[side], null, 2)}
                    </code>
                  </section>
                ),
              )}
            </div>
          </SpaceBetween>
        </SidePanel>
      )}
    </>
  );
};
