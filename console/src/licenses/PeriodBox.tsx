import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useText } from '../platform/index.ts';
import { licenseMessages } from './messages.ts';

export const periods = ['30', '90', '365', '1000'] as const;
export type Period = (typeof periods)[number];

export const PeriodBox = ({ period, onChange }: { period: Period; onChange(period: Period): void }) => {
  const text = useText(licenseMessages);
  return (
    <SegmentedControl
      label={text('period')}
      selectedId={period}
      options={periods.map((id) => ({ id, text: text(`days${id}`) }))}
      onChange={({ detail }) => onChange(detail.selectedId as Period)}
    />
  );
};
