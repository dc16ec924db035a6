import { useKeysetPages, useUrlState } from '../platform/index.ts';
import { AuditView } from './AuditView.tsx';
import { AuditSearch, useAudit } from './useAudit.ts';

export const AuditScreen = () => {
  const [search, change] = useUrlState(AuditSearch);
  const lines = useAudit(search);
  const pages = useKeysetPages(search.after);
  return <AuditView answer={lines} search={search} pages={pages} onChange={change} />;
};
