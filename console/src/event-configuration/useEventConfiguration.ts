import {
  changeEventSettings,
  changeGroupEventSettings,
  type EventSettingChange,
  listEventSettings,
  listGroupEventSettings,
  listGroups,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

export const useGroupsOf = (tenantId: string | undefined) =>
  useAsk(
    listGroups,
    { params: { tenantId: tenantId ?? '' } },
    { topics: ['tenants'], enabled: tenantId !== undefined },
  );

/** The settings of the server, or of one group. */
export const useEventConfiguration = (group: { tenantId: string; groupId: number } | null) => {
  const ofServer = useAsk(listEventSettings, {}, { enabled: group === null });
  const params = group ?? { tenantId: '', groupId: 0 };
  const ofGroup = useAsk(listGroupEventSettings, { params }, { enabled: group !== null });
  const changes = [listEventSettings, listGroupEventSettings];
  const changeServer = useTell(changeEventSettings, { changes });
  const changeGroup = useTell(changeGroupEventSettings, { changes });
  const { isPending, error, reset } = group ? changeGroup : changeServer;
  return {
    settings: group ? ofGroup : ofServer,
    isSaving: isPending,
    problem: error,
    forgetProblem: reset,
    save: (body: EventSettingChange, done: { onSuccess(): void }) =>
      group ? changeGroup.mutate({ params: group, body }, done) : changeServer.mutate({ body }, done),
  };
};
