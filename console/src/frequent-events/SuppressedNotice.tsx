import { SuppressedNoticeView } from './SuppressedNoticeView.tsx';
import { useSuppressed } from './useFrequentEvents.ts';

/** Says above a list of events that it does not show all that happened; nothing when it does. */
export const SuppressedNotice = () => {
  const { data } = useSuppressed();
  if (!data?.since || data.suppressed === 0) return null;
  return <SuppressedNoticeView blocked={data.blocked} suppressed={data.suppressed} since={data.since} />;
};
