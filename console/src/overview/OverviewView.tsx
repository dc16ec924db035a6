import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { getAdministrationOverview, getIntegrationsOverview, ReplyOf } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  ListTable,
  Loaded,
  Page,
  paths,
  RelativeTime,
  StateMark,
  StatusMark,
  useMay,
  useText,
  Waiting,
  withQuery,
} from '../platform/index.ts';
import { EventsChartView, StatusChartView, TicketsChartView } from './ChartsView.tsx';
import { overviewMessages } from './messages.ts';

type Administration = ReplyOf<typeof getAdministrationOverview>;
type Integrations = ReplyOf<typeof getIntegrationsOverview>;

const Frame = () => (
  <Container>
    <Waiting lines={7} />
  </Container>
);

export const OverviewView = ({
  administration,
  integrations,
}: {
  administration: Answer<Administration>;
  integrations: Answer<Integrations>;
}) => {
  const text = useText(overviewMessages);
  const isNew = administration.data?.devices.total === 0;
  return (
    <Page title={text('overview')} description={text('description')}>
      {isNew && <FirstSteps />}
      <Figures administration={administration} integrations={integrations} />
      <div className="gh-grid">
        <Loaded of={administration} waiting={<Frame />}>
          {({ devices }) => <StatusChartView devices={devices} />}
        </Loaded>
        <Loaded of={administration} waiting={<Frame />}>
          {({ eventHours }) => <EventsChartView hours={eventHours} />}
        </Loaded>
        <Loaded of={integrations} waiting={<Frame />}>
          {({ ticketDays }) => <TicketsChartView days={ticketDays} />}
        </Loaded>
        <Loaded of={integrations} waiting={<Frame />}>
          {({ problems }) => <ProblemsPart problems={problems} />}
        </Loaded>
      </div>
      <div className="gh-grid">
        <ListTable
          label={text('conditions')}
          answer={{ ...administration, data: administration.data && { items: administration.data.conditions } }}
          idOf={({ condition, level }) => `${condition} ${level}`}
          nameOf={({ title }) => title}
          empty={{ title: text('conditionsEmptyTitle'), hint: text('conditionsEmptyHint') }}
          columns={[
            {
              id: 'title',
              header: text('condition'),
              cell: ({ title, condition }) => <AppLink to={withQuery(paths.devices, { condition })}>{title}</AppLink>,
            },
            { id: 'level', header: text('level'), cell: ({ level }) => <StatusMark level={level} /> },
            { id: 'devices', header: text('devices'), cell: ({ devices }) => devices },
          ]}
        />
        <ListTable
          label={text('tenants')}
          answer={{
            ...administration,
            data: administration.data && { items: administration.data.tenantsWithProblems },
          }}
          idOf={({ tenantId }) => tenantId}
          nameOf={({ name }) => name}
          empty={{ title: text('tenantsEmptyTitle'), hint: text('tenantsEmptyHint') }}
          columns={[
            {
              id: 'name',
              header: text('tenant'),
              cell: ({ tenantId, name }) => <AppLink to={paths.tenant(tenantId)}>{name}</AppLink>,
            },
            {
              id: 'critical',
              header: text('critical'),
              cell: ({ tenantId, critical }) => (
                <AppLink
                  to={withQuery(paths.devices, { tenant: tenantId, status: 'critical' })}
                  ariaLabel={`${text('critical')}: ${critical}`}
                >
                  {critical}
                </AppLink>
              ),
            },
            {
              id: 'warning',
              header: text('warning'),
              cell: ({ tenantId, warning }) => (
                <AppLink
                  to={withQuery(paths.devices, { tenant: tenantId, status: 'warning' })}
                  ariaLabel={`${text('warning')}: ${warning}`}
                >
                  {warning}
                </AppLink>
              ),
            },
          ]}
        />
      </div>
    </Page>
  );
};

const Figures = ({
  administration,
  integrations,
}: {
  administration: Answer<Administration>;
  integrations: Answer<Integrations>;
}) => {
  const text = useText(overviewMessages);
  const { data: devices } = administration;
  const { data: psa } = integrations;
  if (!devices || !psa) return null;
  const big = (value: string | number, to: string) => (
    <span className="gh-big">
      <AppLink to={to} fontSize="inherit">
        {value}
      </AppLink>
    </span>
  );
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: text('criticalNow'),
            value: big(devices.devices.critical, withQuery(paths.devices, { status: 'critical' })),
          },
          {
            label: text('openTickets'),
            value: big(psa.openTickets, withQuery(paths.tickets, { state: ['opening', 'open', 'closing', 'failed'] })),
          },
          {
            label: text('mapped'),
            value: big(text('mappedOf', { mapped: psa.mappedTenants, all: psa.tenants }), paths.integrations),
          },
          { label: text('rulesOn'), value: big(psa.rulesOn, paths.integrations) },
        ]}
      />
    </Container>
  );
};

const ProblemsPart = ({ problems }: { problems: Integrations['problems'] }) => {
  const text = useText(overviewMessages);
  return (
    <Container fitHeight header={<Header variant="h2">{text('problems')}</Header>}>
      {problems.length === 0 ? (
        <StateMark tone="ok">{text('problemsNone')}</StateMark>
      ) : (
        <ul className="gh-issues">
          {problems.map(({ what, message, since }) => (
            <li key={`${what} ${message}`} className="gh-wrap">
              <strong>{what}</strong>: {message} ({text('since')} <RelativeTime at={since} />)
            </li>
          ))}
        </ul>
      )}
    </Container>
  );
};

const FirstSteps = () => {
  const text = useText(overviewMessages);
  const may = useMay();
  return (
    <Container
      header={
        <Header variant="h2" description={text('startHint')}>
          {text('start')}
        </Header>
      }
    >
      <ol className="gh-issues">
        <li>
          <AppLink to={paths.tenants}>{text('startTenant')}</AppLink>
        </li>
        <li>{text('startToken')}</li>
        <li>
          {may('integrations:read') ? <AppLink to={paths.integrations}>{text('startPsa')}</AppLink> : text('startPsa')}
        </li>
      </ol>
    </Container>
  );
};
