import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { z } from 'zod';
import {
  Loaded,
  listState,
  Page,
  urlFlag,
  urlOneOf,
  urlText,
  useKeysetPages,
  useTenantScope,
  useText,
  useUrlState,
  withQuery,
} from '../platform/index.ts';
import { byDay, lastDays } from './days.ts';
import { EvidenceView } from './EvidenceView.tsx';
import { HistoryChartView } from './HistoryChartView.tsx';
import { licenseMessages } from './messages.ts';
import { PeriodBox, periods } from './PeriodBox.tsx';
import { UsageChartView, UsageView } from './UsageView.tsx';
import { useEvidence, useUsage, useUsageHistory } from './useLicenses.ts';

const UsageSearch = z.object({ ...listState, byGroup: urlFlag, days: urlOneOf(periods), day: urlText });

export const UsageScreen = () => {
  const text = useText(licenseMessages);
  const tenantId = useTenantScope();
  const [search, change] = useUrlState(UsageSearch);
  const period = search.days ?? '30';
  const span = { ...lastDays(Number(period), new Date()), tenantId };
  const usage = useUsage(tenantId, search.byGroup ?? false);
  const history = useUsageHistory(span);
  const days = [...(history.data?.days ?? [])].reverse();
  const day = days.find((each) => each === search.day) ?? days[0];
  const evidence = useEvidence(day === undefined ? null : { day, tenantId, after: search.after, limit: search.limit });
  const pages = useKeysetPages(search.after);
  return (
    <Page
      title={text('usageTitle')}
      description={text('usageHint')}
      actions={
        <Button href={withQuery('/api/license-usage/file', span)} download iconName="download">
          {text('export')}
        </Button>
      }
    >
      <Loaded of={usage}>{(found) => <UsageChartView usage={found} />}</Loaded>
      <UsageView
        answer={usage}
        byGroup={search.byGroup ?? false}
        onByGroup={(byGroup) => change({ byGroup: byGroup || undefined }, { replace: true })}
      />
      <SpaceBetween size="s">
        <PeriodBox
          period={period}
          onChange={(next) => change({ days: next === '30' ? undefined : next }, { replace: true })}
        />
        <Loaded of={history}>{(found) => <HistoryChartView days={byDay(found)} limit={null} />}</Loaded>
      </SpaceBetween>
      {day !== undefined && (
        <EvidenceView
          day={day}
          days={days}
          answer={evidence}
          pages={pages}
          onDay={(next) => change({ day: next }, { replace: true })}
        />
      )}
    </Page>
  );
};
