import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Tabs from '@cloudscape-design/components/tabs';
import type { Integration } from '@gatehouse/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { ServicesPart } from '../billing/index.ts';
import {
  AskFirst,
  Loaded,
  Page,
  paths,
  urlOneOf,
  useAddress,
  useGo,
  useMay,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { ConnectionView } from './ConnectionView.tsx';
import { MappingsPart } from './MappingsPart.tsx';
import { integrationMessages } from './messages.ts';
import { HoldUpView, StateView } from './StateView.tsx';
import { TenantsPart } from './TenantsPart.tsx';
import { TicketingPart } from './TicketingPart.tsx';
import { ticketingSections } from './ticketing-sections.ts';
import { useIntegrations } from './useIntegrations.ts';

const tabs = ['connection', 'tenants', 'mappings', 'ticketing', 'services'] as const;
const IntegrationSearch = z.object({ tab: urlOneOf(tabs), section: urlOneOf(ticketingSections) });

export const IntegrationScreen = () => {
  const { integrationId = '' } = useParams({ strict: false }) as { integrationId?: string };
  const text = useText(integrationMessages);
  const calls = useIntegrations();
  return (
    <Loaded of={calls.integrations}>
      {({ items }) => {
        const integration = items.find(({ id }) => id === integrationId);
        return integration ? (
          <IntegrationPage integration={integration} calls={calls} />
        ) : (
          <Alert type="warning">{text('gone')}</Alert>
        );
      }}
    </Loaded>
  );
};

const IntegrationPage = ({
  integration,
  calls,
}: {
  integration: Integration;
  calls: ReturnType<typeof useIntegrations>;
}) => {
  const text = useText(integrationMessages);
  const may = useMay();
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [search, change] = useUrlState(IntegrationSearch);
  const [isDeleting, setDeleting] = useState(false);
  const { id, name } = integration;
  const params = { integrationId: id };
  const tab = search.tab ?? 'connection';
  const section = search.section ?? 'general';
  const parts = {
    connection: (
      <Loaded of={calls.kinds}>
        {({ items }) => (
          <ConnectionView
            // What was saved elsewhere is shown, not an old draft of it.
            key={JSON.stringify([integration.name, integration.enabled, integration.settings])}
            integration={integration}
            fields={items.find(({ kind }) => kind === integration.kind)?.fields ?? []}
            isSaving={calls.change.isPending}
            saveProblem={calls.change.error}
            test={{ isRunning: calls.test.isPending, reply: calls.test.data, problem: calls.test.error }}
            onTest={() => calls.test.mutate({ params })}
            onSave={(body) =>
              calls.change.mutate(
                { params, body },
                { onSuccess: () => say({ type: 'success', content: text('saved') }) },
              )
            }
          />
        )}
      </Loaded>
    ),
    tenants: <TenantsPart integrationId={id} onAccounts={() => change({ tab: 'mappings' })} />,
    mappings: <MappingsPart integrationId={id} />,
    ticketing: (
      <TicketingPart
        integrationId={id}
        section={section}
        onSection={(next) => change({ section: next === 'general' ? undefined : next })}
      />
    ),
    services: <ServicesPart integrationId={id} />,
  };
  const labels = {
    connection: text('tabConnection'),
    tenants: text('tabTenants'),
    mappings: text('tabMappings'),
    ticketing: text('tabTicketing'),
    services: text('tabServices'),
  };
  const shown = tabs.filter((each) => each !== 'services' || may('billing:read'));
  return (
    <Page
      title={name}
      isThing
      status={<StateView integration={integration} />}
      description={<HoldUpView problem={integration.problem} />}
      actions={may('integrations:write') && <Button onClick={() => setDeleting(true)}>{text('delete')}</Button>}
    >
      <Tabs
        activeTabId={tab}
        ariaLabel={name}
        onChange={({ detail }) =>
          change({
            tab: detail.activeTabId === 'connection' ? undefined : (detail.activeTabId as (typeof tabs)[number]),
          })
        }
        tabs={shown.map((each) => ({ id: each, label: labels[each], content: each === tab && parts[each] }))}
      />
      {isDeleting && (
        <AskFirst
          title={text('delete')}
          confirm={text('delete')}
          isBusy={calls.remove.isPending}
          problem={calls.remove.error}
          onCancel={() => setDeleting(false)}
          onConfirm={() =>
            calls.remove.mutate(
              { params },
              {
                onSuccess: () => {
                  say({ type: 'success', content: text('deletedSay', { name }) });
                  go(address(paths.integrations));
                },
              },
            )
          }
        >
          <p>{text('deleteAsk', { name })}</p>
        </AskFirst>
      )}
    </Page>
  );
};
