import type { Incident } from '@gatehouse/contract';
import { AppLink, type Column, paths, RelativeTime, SeverityMark, StateMark, useText } from '../platform/index.ts';
import { incidentMessages } from './messages.ts';

export const IncidentStateView = ({ incident: { processed, processedBy } }: { incident: Incident }) => {
  const text = useText(incidentMessages);
  return (
    <span className="gh-wrap">
      <StateMark tone={processed ? 'ok' : 'warning'}>{text(processed ? 'processed' : 'unprocessed')}</StateMark>
      {processedBy && <div>{text('processedBy', { name: processedBy })}</div>}
    </span>
  );
};

export const useIncidentColumns = ({ withDevice }: { withDevice: boolean }): Column<Incident>[] => {
  const text = useText(incidentMessages);
  const columns: Column<Incident>[] = [
    {
      id: 'what',
      header: text('what'),
      minWidth: 200,
      cell: ({ title }) => <span className="gh-cell">{title}</span>,
    },
    {
      id: 'severity',
      header: text('severity'),
      minWidth: 110,
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      id: 'state',
      header: text('state'),
      minWidth: 130,
      cell: (incident) => <IncidentStateView incident={incident} />,
    },
    {
      id: 'device',
      header: text('device'),
      minWidth: 120,
      cell: ({ deviceId, deviceName }) => (
        <AppLink to={paths.device(deviceId)}>
          <span className="gh-cell">{deviceName}</span>
        </AppLink>
      ),
    },
    { id: 'tenant', header: text('tenant'), minWidth: 110, cell: ({ tenantName }) => tenantName },
    {
      id: 'occurred',
      header: text('occurred'),
      minWidth: 110,
      cell: ({ occurredAt }) => <RelativeTime at={occurredAt} />,
    },
    {
      id: 'createdBy',
      header: text('createdBy'),
      minWidth: 120,
      cell: ({ createdBy, createdByKind }) =>
        createdByKind === 'application' ? text('byApplication', { name: createdBy }) : createdBy,
    },
    { id: 'comments', header: text('comments'), minWidth: 90, cell: ({ comments }) => comments },
    { id: 'number', header: text('number'), minWidth: 80, optional: true, cell: ({ number }) => number },
  ];
  return withDevice ? columns : columns.filter(({ id }) => id !== 'device' && id !== 'tenant');
};
