import Button from '@cloudscape-design/components/button';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { BilledAccount } from '@gatehouse/contract';
import { Loaded, SidePanel, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';
import { UsageChartView } from './UsageChartView.tsx';
import { periods, useAccountUsage } from './useBilling.ts';

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** One account in the split panel: its use by day, its journal, a run of its own. */
export const AccountPanel = ({
  account,
  period,
  onPeriod,
  onLines,
  onClose,
  run,
}: {
  account: BilledAccount;
  period: (typeof periods)[number];
  onPeriod(period: (typeof periods)[number]): void;
  onLines(): void;
  onClose(): void;
  run: { isBusy: boolean; onClick(): void } | null;
}) => {
  const text = useText(billingMessages);
  const now = Date.now();
  const { sourceId, sourceTenantId } = account;
  const usage = useAccountUsage({
    sourceId,
    sourceTenantId,
    from: dayOf(now - (Number(period) - 1) * DAY_MS),
    to: dayOf(now),
  });
  return (
    <SidePanel title={account.accountName} onClose={onClose}>
      <SpaceBetween size="m">
        <SpaceBetween size="xs" direction="horizontal">
          <SegmentedControl
            label={text('period')}
            selectedId={period}
            options={periods.map((id) => ({ id, text: text(`days${id}`) }))}
            onChange={({ detail }) => onPeriod(detail.selectedId as typeof period)}
          />
          <Button onClick={onLines}>{text('showLines')}</Button>
          {run && (
            <Button loading={run.isBusy} onClick={run.onClick}>
              {text('runThis')}
            </Button>
          )}
        </SpaceBetween>
        <Loaded of={usage}>{(found) => <UsageChartView usage={found} />}</Loaded>
      </SpaceBetween>
    </SidePanel>
  );
};
