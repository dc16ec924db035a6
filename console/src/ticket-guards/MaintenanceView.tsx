import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { MaintenanceWindow } from '@gatehouse/contract';
import { type Answer, ListTable, StateMark, useMay, useText } from '../platform/index.ts';
import { guardMessages } from './messages.ts';
import { localTime } from './window-form.ts';

/** A window with what the list says of it. */
export interface ShownWindow {
  window: MaintenanceWindow;
  /** Name of its client; null when it is for all, or the client is gone. */
  clientName: string | null;
  state: 'inForce' | 'notNow' | 'past';
}

/** The maintenance windows of an integration. */
export const MaintenanceView = ({
  answer,
  onAdd,
  onEdit,
  onRemove,
}: {
  answer: Answer<{ items: ShownWindow[] }>;
  onAdd(): void;
  onEdit(window: MaintenanceWindow): void;
  onRemove(window: MaintenanceWindow): void;
}) => {
  const text = useText(guardMessages);
  const mayWrite = useMay()('integrations:write');
  const add = mayWrite && (
    <Button variant="primary" onClick={onAdd}>
      {text('add')}
    </Button>
  );
  const whenOf = ({ schedule }: MaintenanceWindow): string =>
    schedule.kind === 'once'
      ? text('onceAt', { from: localTime(new Date(schedule.from)), until: localTime(new Date(schedule.until)) })
      : text('weeklyAt', {
          days: schedule.days.map((day) => text(day)).join(', '),
          startsAt: schedule.startsAt,
          minutes: schedule.durationMinutes,
          timeZone: schedule.timeZone,
        });
  const whomOf = ({ window: { scope }, clientName }: ShownWindow): string => {
    if (scope.kind === 'everything') return text('everything');
    const client = clientName ?? text('unknownClient');
    if (scope.kind === 'tenant') return client;
    return text('ofClient', { what: scope.kind === 'group' ? scope.groupPath : scope.deviceName, client });
  };
  const tones = { inForce: 'info', notNow: 'none', past: 'none' } as const;
  return (
    <ListTable
      variant="container"
      label={text('maintenance')}
      description={text('maintenanceHint')}
      answer={answer}
      idOf={({ window }) => window.id}
      nameOf={({ window }) => window.name}
      actions={add}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: add }}
      columns={[
        {
          id: 'name',
          header: text('name'),
          minWidth: 110,
          cell: ({ window }) => <span className="gh-wrap">{window.name}</span>,
        },
        {
          id: 'state',
          header: text('state'),
          minWidth: 100,
          cell: ({ state }) => <StateMark tone={tones[state]}>{text(state)}</StateMark>,
        },
        {
          id: 'whom',
          header: text('whom'),
          minWidth: 130,
          cell: (row) => <span className="gh-wrap">{whomOf(row)}</span>,
        },
        {
          id: 'when',
          header: text('when'),
          minWidth: 170,
          cell: ({ window }) => (
            <span className="gh-wrap">
              {whenOf(window)}
              {window.events === 'never' && <div>{text('eventsNeverMade')}</div>}
            </span>
          ),
        },
        ...(mayWrite
          ? [
              {
                id: 'actions',
                header: text('change'),
                minWidth: 110,
                cell: ({ window }: ShownWindow) => (
                  <SpaceBetween size="xxs" direction="horizontal">
                    <Button
                      variant="inline-link"
                      ariaLabel={text('changeOf', { name: window.name })}
                      onClick={() => onEdit(window)}
                    >
                      {text('change')}
                    </Button>
                    <Button
                      variant="inline-link"
                      ariaLabel={text('removeOf', { name: window.name })}
                      onClick={() => onRemove(window)}
                    >
                      {text('remove')}
                    </Button>
                  </SpaceBetween>
                ),
              },
            ]
          : []),
      ]}
    />
  );
};
