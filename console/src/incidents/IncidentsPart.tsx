import { type ReactNode, useState } from 'react';
import {
  ProblemAlert,
  useKeysetPages,
  useMay,
  useSay,
  useTenantScope,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { IncidentListView } from './IncidentListView.tsx';
import { IncidentPanelPart } from './IncidentPanelPart.tsx';
import { incidentMessages } from './messages.ts';
import { IncidentSearch, useIncidentActs, useIncidents } from './useIncidents.ts';

/** The list with the chosen incident beside it. @param deviceId left out: of all devices */
export const IncidentsPart = ({ deviceId, action }: { deviceId?: string; action?: ReactNode }) => {
  const text = useText(incidentMessages);
  const say = useSay();
  const mayWrite = useMay()('incidents:write');
  const tenantId = useTenantScope();
  const [search, change] = useUrlState(IncidentSearch);
  const incidents = useIncidents(search, deviceId === undefined ? { tenantId } : { deviceId });
  const pages = useKeysetPages(search.after);
  const { process } = useIncidentActs();
  const [marked, setMarked] = useState<string[]>([]);
  const rows = incidents.data?.items ?? [];
  const at = rows.findIndex(({ id }) => id === search.selected);
  const chosen = rows[at];
  const stepTo = (to: number) => {
    const row = rows[to];
    return row && (() => change({ selected: row.id }));
  };
  return (
    <>
      <ProblemAlert problem={process.error} />
      <IncidentListView
        answer={incidents}
        search={search}
        pages={pages}
        isDevice={deviceId !== undefined}
        marked={marked}
        mayWrite={mayWrite}
        isBusy={process.isPending}
        action={action}
        onMark={setMarked}
        onChange={change}
        onProcess={(processed) =>
          process.mutate(
            { body: { incidentIds: marked, processed } },
            {
              onSuccess: ({ changed }) => {
                setMarked([]);
                say({
                  type: 'success',
                  content: text(processed ? 'processedDone' : 'reopenedDone', { count: changed }),
                });
              },
            },
          )
        }
      />
      {chosen && (
        <IncidentPanelPart
          incident={chosen}
          onPrevious={stepTo(at - 1)}
          onNext={stepTo(at + 1)}
          onClose={() => change({ selected: undefined })}
        />
      )}
    </>
  );
};
