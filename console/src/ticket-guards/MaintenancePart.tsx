import { isInForce, type MaintenanceWindow, type TicketGuards } from '@gatehouse/contract';
import { useState } from 'react';
import { ApiProblem, ProblemAlert, useSay, useText } from '../platform/index.ts';
import { MaintenanceView, type ShownWindow } from './MaintenanceView.tsx';
import { guardMessages } from './messages.ts';
import { useMaintenanceClients, useMaintenanceGroups, useTicketGuards } from './useTicketGuards.ts';
import { WindowDialogView } from './WindowDialogView.tsx';
import { typedWindow } from './window-form.ts';

type Client = { sourceId: string; sourceTenantId: string };

const stateOf = ({ schedule }: MaintenanceWindow, now: Date): ShownWindow['state'] => {
  if (isInForce(schedule, now)) return 'inForce';
  return schedule.kind === 'once' && new Date(schedule.until) <= now ? 'past' : 'notNow';
};

/** The section "Maintenance windows" of the Ticketing tab: saves by itself. */
export const MaintenancePart = ({ integrationId }: { integrationId: string }) => {
  const text = useText(guardMessages);
  const say = useSay();
  const calls = useTicketGuards(integrationId);
  const [editing, setEditing] = useState<MaintenanceWindow | 'new' | null>(null);
  const [clientText, setClientText] = useState('');
  const [client, setClient] = useState<Client | null>(null);
  const clients = useMaintenanceClients(integrationId, clientText);
  const groups = useMaintenanceGroups(integrationId, editing === null ? null : client);
  const answer = calls.guards.data;
  const nameOf = ({ scope }: MaintenanceWindow): string | null =>
    scope.kind === 'everything'
      ? null
      : (clients.data?.items.find(
          ({ sourceId, sourceTenantId }) => sourceId === scope.sourceId && sourceTenantId === scope.sourceTenantId,
        )?.sourceTenantName ?? null);

  const save = (
    maintenance: MaintenanceWindow[],
    then: (reply: { guards: TicketGuards; revision: number }) => void,
  ) => {
    if (!answer) return;
    calls.put.mutate(
      {
        params: { integrationId },
        body: { guards: { ...answer.guards, maintenance }, revision: answer.revision },
      },
      {
        onSuccess: then,
        onError: (error) => {
          if (error instanceof ApiProblem && error.status === 409) void calls.guards.refetch();
        },
      },
    );
  };
  const close = () => {
    calls.put.reset();
    setEditing(null);
    setClientText('');
  };
  const edit = (window: MaintenanceWindow | 'new') => {
    calls.put.reset();
    setClient(window !== 'new' && window.scope.kind !== 'everything' ? window.scope : null);
    setEditing(window);
  };
  const windows = answer?.guards.maintenance ?? [];
  const now = new Date();
  return (
    <>
      {editing === null && <ProblemAlert problem={calls.put.error} />}
      <MaintenanceView
        answer={{
          ...calls.guards,
          data: answer && {
            items: windows.map((window) => ({ window, clientName: nameOf(window), state: stateOf(window, now) })),
          },
        }}
        onAdd={() => edit('new')}
        onEdit={edit}
        onRemove={(window) =>
          save(
            windows.filter(({ id }) => id !== window.id),
            (reply) =>
              say({
                type: 'success',
                content: text('removed', { name: window.name }),
                undo: {
                  label: text('undo'),
                  run: () =>
                    calls.put.mutate({
                      params: { integrationId },
                      body: {
                        guards: { ...reply.guards, maintenance: windows },
                        revision: reply.revision,
                      },
                    }),
                },
              }),
          )
        }
      />
      {editing !== null && (
        <WindowDialogView
          isNew={editing === 'new'}
          start={typedWindow(editing === 'new' ? null : editing, {
            id: crypto.randomUUID(),
            now,
            timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          })}
          clients={{ items: clients.data?.items ?? [], isLoading: clients.isFetching }}
          groups={{
            paths: groups.data?.paths ?? [],
            isLoading: client !== null && groups.isFetching,
            isFailed: groups.isError,
          }}
          isBusy={calls.put.isPending}
          problem={calls.put.error}
          onClientText={setClientText}
          onClient={setClient}
          onCancel={close}
          onSave={(window) =>
            save(
              windows.some(({ id }) => id === window.id)
                ? windows.map((each) => (each.id === window.id ? window : each))
                : [...windows, window],
              () => {
                close();
                say({ type: 'success', content: text('saved') });
              },
            )
          }
        />
      )}
    </>
  );
};
