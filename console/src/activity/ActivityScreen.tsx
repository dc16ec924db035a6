import { useKeysetPages, useUrlState } from '../platform/index.ts';
import { ActivityView } from './ActivityView.tsx';
import { ActivitySearch, useActivity } from './useActivity.ts';

export const ActivityScreen = () => {
  const [search, change] = useUrlState(ActivitySearch);
  const decisions = useActivity(search);
  const pages = useKeysetPages(search.after);
  return <ActivityView answer={decisions} search={search} pages={pages} onChange={change} />;
};
