import Alert from '@cloudscape-design/components/alert';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SecurityEvent } from '@gatehouse/contract';
import {
  AppLink,
  ExactTime,
  PanelSteps,
  paths,
  SeverityMark,
  SidePanel,
  useText,
  withQuery,
} from '../platform/index.ts';
import { historyPath, objectOfEvent } from '../revisions/index.ts';
import { eventMessages } from './messages.ts';

/** All fields of the chosen event, in the split panel. */
export const EventDetailsView = ({
  event,
  onPrevious,
  onNext,
  onClose,
}: {
  event: SecurityEvent;
  onPrevious?: () => void;
  onNext?: () => void;
  onClose(): void;
}) => {
  const text = useText(eventMessages);
  const object = objectOfEvent(event);
  const taskState = (state: number | null) => text('taskStateName', { state: String(state) });
  return (
    <SidePanel title={event.displayName} onClose={onClose}>
      <SpaceBetween size="m">
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <SeverityMark severity={event.severity} />
          <PanelSteps onPrevious={onPrevious} onNext={onNext} />
          {object && <AppLink to={historyPath(object, object.number)}>{text('revisionHistory')}</AppLink>}
        </SpaceBetween>
        {!event.known && <Alert type="info">{text('unknownType')}</Alert>}
        <div className="gh-wrap">{event.description}</div>
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('when'), value: <ExactTime at={event.riseTime} /> },
            { label: text('registered'), value: <ExactTime at={event.registrationTime} /> },
            {
              label: text('device'),
              value: event.deviceId ? (
                <AppLink to={paths.device(event.deviceId)}>
                  <span className="gh-wrap">{event.deviceName}</span>
                </AppLink>
              ) : (
                text('serverItself')
              ),
            },
            { label: text('tenant'), value: <AppLink to={paths.tenant(event.tenantId)}>{event.tenantName}</AppLink> },
            {
              label: text('group'),
              value:
                event.groupId === null || event.groupName === '' ? (
                  event.groupName || '-'
                ) : (
                  <AppLink to={withQuery(paths.tenant(event.tenantId), { group: String(event.groupId) })}>
                    <span className="gh-wrap">{event.groupName}</span>
                  </AppLink>
                ),
            },
            { label: text('product'), value: `${event.product} ${event.productVersion}`.trim() || '-' },
            { label: text('type'), value: <code>{event.type}</code> },
            { label: text('typeId'), value: event.typeId ?? '-' },
            ...Object.entries(event.params).map(([number, value]) => ({
              label: text('params', { number }),
              value: <span className="gh-wrap">{value}</span>,
            })),
            ...(event.taskId === null
              ? []
              : [
                  {
                    label: text('task'),
                    // Tasks of devices are our commands; others are known to their own server only.
                    value:
                      event.deviceId === null ? (
                        event.taskName || event.taskId
                      ) : (
                        <AppLink to={withQuery(paths.device(event.deviceId), { tab: 'commands' })}>
                          <span className="gh-wrap">{event.taskName || event.taskId}</span>
                        </AppLink>
                      ),
                  },
                  {
                    label: text('taskState'),
                    value: text('taskStateChange', {
                      before: taskState(event.taskOldState),
                      after: taskState(event.taskNewState),
                    }),
                  },
                ]),
            { label: text('eventId'), value: event.id },
          ]}
        />
      </SpaceBetween>
    </SidePanel>
  );
};
