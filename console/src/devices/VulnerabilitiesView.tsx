import Box from '@cloudscape-design/components/box';
import type { Device, VulnerabilityLevel } from '@gatehouse/contract';
import { EmptyState, ListTable, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { answered } from './answered.ts';
import { deviceMessages } from './messages.ts';

const looks = {
  critical: { tone: 'critical', word: 'levelCritical' },
  high: { tone: 'failure', word: 'levelHigh' },
  medium: { tone: 'warning', word: 'levelMedium' },
} as const satisfies Record<VulnerabilityLevel, unknown>;

/** What the last search for holes in installed software found, the gravest first. */
export const VulnerabilitiesView = ({ facts }: { facts: Device['facts'] }) => {
  const text = useText(deviceMessages);
  const { vulnerabilities } = facts;
  if (!vulnerabilities) {
    return (
      <EmptyState
        title={text(vulnerabilities === null ? 'neverSearched' : 'vulnerabilitiesUnknown')}
        hint={text(vulnerabilities === null ? 'neverSearchedHint' : 'vulnerabilitiesUnknownHint')}
      />
    );
  }
  const { counts, items, checkedAt } = vulnerabilities;
  const total = counts.critical + counts.high + counts.medium;
  return (
    <>
      <Box padding={{ bottom: 's' }}>
        {text('searchedAt')} <RelativeTime at={checkedAt} />
        {total > items.length && ` · ${text('gravestOnly', { shown: items.length, total })}`}
      </Box>
      <ListTable
        label={text('tabVulnerabilities')}
        answer={answered(items, total)}
        idOf={({ id, software }) => `${id} ${software}`}
        nameOf={({ software, id }) => `${software} ${id}`}
        empty={{ title: text('noVulnerabilities'), hint: text('noVulnerabilitiesHint') }}
        columns={[
          {
            id: 'software',
            header: text('software'),
            cell: ({ software }) => <span className="gh-wrap">{software}</span>,
            minWidth: 160,
          },
          {
            id: 'level',
            header: text('level'),
            cell: ({ level }) => <StateMark tone={looks[level].tone}>{text(looks[level].word)}</StateMark>,
            minWidth: 110,
          },
          {
            id: 'id',
            header: text('advisory'),
            // A source that names no number gives the package's name once more.
            cell: ({ id, software }) => <span className="gh-wrap">{id === software ? text('notNamed') : id}</span>,
            minWidth: 140,
          },
          {
            id: 'installed',
            header: text('installedVersion'),
            cell: ({ installedVersion }) => <span className="gh-wrap">{installedVersion}</span>,
            minWidth: 130,
          },
          {
            id: 'fixed',
            header: text('fixedVersion'),
            cell: ({ fixedVersion }) => <span className="gh-wrap">{fixedVersion ?? text('noFix')}</span>,
            minWidth: 130,
          },
        ]}
      />
    </>
  );
};
