import type { ConfiguredEventType } from '@gatehouse/contract';
import { useState } from 'react';
import { Loaded, ProblemAlert, useMay, useSay, useText } from '../platform/index.ts';
import { EventSettingDialogView } from './EventSettingDialogView.tsx';
import { configurationMessages } from './messages.ts';
import type { severities } from './search.ts';
import { TypesBySeverityView } from './TypesBySeverityView.tsx';
import { useEventConfiguration } from './useEventConfiguration.ts';

/** The event configuration of a group, for the event types of some components: a part of other pages. */
export const GroupEventConfiguration = ({
  tenantId,
  groupId,
  components,
}: {
  tenantId: string;
  groupId: number;
  components: readonly string[];
}) => {
  const text = useText(configurationMessages);
  const say = useSay();
  const canWrite = useMay()('tenants:write');
  const configuration = useEventConfiguration({ tenantId, groupId });
  const [tab, setTab] = useState<(typeof severities)[number]>('critical');
  const [filter, setFilter] = useState('');
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
      <Loaded of={configuration.settings}>
        {({ items }) => (
          <TypesBySeverityView
            types={items.filter(({ component }) => components.includes(component))}
            place={String(groupId)}
            tab={tab}
            filter={filter}
            canWrite={canWrite}
            onTab={setTab}
            onFilter={setFilter}
            onEdit={setEdited}
            onReset={(types) =>
              configuration.save(
                { types: keysOf(types), change: null },
                { onSuccess: () => say({ type: 'success', content: text('resetDone', { count: types.length }) }) },
              )
            }
          />
        )}
      </Loaded>
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
