import type { ConfiguredEventType } from '@gatehouse/contract';
import { useState } from 'react';
import { ProblemAlert, useMay, useSay, useTenantScope, useText, useUrlState } from '../platform/index.ts';
import { EventConfigurationView } from './EventConfigurationView.tsx';
import { EventSettingDialogView } from './EventSettingDialogView.tsx';
import { configurationMessages } from './messages.ts';
import { ConfigurationSearch } from './search.ts';
import { useEventConfiguration, useGroupsOf } from './useEventConfiguration.ts';

const SERVER = 'server';

export const EventConfigurationScreen = () => {
  const text = useText(configurationMessages);
  const say = useSay();
  const may = useMay();
  const [search, change] = useUrlState(ConfigurationSearch);
  const tenantId = useTenantScope();
  const groups = useGroupsOf(tenantId).data?.items ?? [];
  const group = tenantId === undefined ? undefined : groups.find(({ id }) => String(id) === search.place);
  const configuration = useEventConfiguration(group && tenantId ? { tenantId, groupId: group.id } : null);
  const [edited, setEdited] = useState<ConfiguredEventType[] | null>(null);
  const keysOf = (types: ConfiguredEventType[]) =>
    types.map(({ component, code, typeId }) => ({ component, code, typeId }));
  const close = () => {
    setEdited(null);
    configuration.forgetProblem();
  };
  return (
    <>
      {edited === null && <ProblemAlert problem={configuration.problem} />}
      <EventConfigurationView
        answer={configuration.settings}
        search={search}
        places={[
          { value: SERVER, label: text('server') },
          ...(tenantId === undefined ? [] : groups.map(({ id, fullName }) => ({ value: String(id), label: fullName }))),
        ]}
        place={group ? String(group.id) : SERVER}
        canWrite={may(group ? 'tenants:write' : 'server:write')}
        onChange={change}
        onEdit={setEdited}
        onReset={(types) =>
          configuration.save(
            { types: keysOf(types), change: null },
            { onSuccess: () => say({ type: 'success', content: text('resetDone', { count: types.length }) }) },
          )
        }
      />
      {edited && (
        <EventSettingDialogView
          types={edited}
          isBusy={configuration.isSaving}
          problem={configuration.problem}
          onCancel={close}
          onSave={(wanted) =>
            configuration.save(
              { types: keysOf(edited), change: wanted },
              {
                onSuccess: () => {
                  close();
                  say({ type: 'success', content: text('saved', { count: edited.length }) });
                },
              },
            )
          }
        />
      )}
    </>
  );
};
