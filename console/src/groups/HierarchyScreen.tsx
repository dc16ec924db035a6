import { z } from 'zod';
import { urlList, urlText, useTenantScope, useUrlState } from '../platform/index.ts';
import { GroupsPart } from './GroupsPart.tsx';
import { HierarchyView } from './HierarchyView.tsx';
import { useTenantList } from './useGroups.ts';

const HierarchySearch = z.object({ text: urlText, open: urlList(z.string().max(40)) });

export const HierarchyScreen = () => {
  const [search, change] = useUrlState(HierarchySearch);
  const scope = useTenantScope();
  const tenants = useTenantList();
  const all = tenants.data?.items ?? [];
  // A single client needs no list around its tree.
  const only = scope ?? (all.length === 1 ? all[0]?.id : undefined);
  return (
    <HierarchyView
      answer={tenants}
      only={only}
      text={search.text ?? ''}
      open={search.open ?? []}
      onText={(text) => change({ text: text || undefined }, { replace: true })}
      onOpen={(open) => change({ open: open.length > 0 ? open : undefined }, { replace: true })}
      treeOf={(tenantId) => <GroupsPart tenantId={tenantId} />}
    />
  );
};
