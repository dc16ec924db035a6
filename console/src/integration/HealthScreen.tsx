import SpaceBetween from '@cloudscape-design/components/space-between';
import { useDeferredValue, useState } from 'react';
import { Loaded, Page, useSay, useText } from '../platform/index.ts';
import { HealthSettingsView } from './HealthSettingsView.tsx';
import { AlarmsView, ConnectionsHealthView } from './HealthView.tsx';
import { healthMessages } from './health-messages.ts';
import { useHealth, useOwnAccounts } from './useHealth.ts';

export const HealthScreen = () => {
  const text = useText(healthMessages);
  const say = useSay();
  const { health, integrations, save } = useHealth();
  const [integrationId, setIntegrationId] = useState('');
  const [search, setSearch] = useState('');
  const accounts = useOwnAccounts(integrationId, useDeferredValue(search));
  const alarms = health.data && { items: health.data.alarms };
  return (
    <Page title={text('title')} description={text('hint')}>
      <SpaceBetween size="l">
        <ConnectionsHealthView answer={health} />
        <AlarmsView answer={{ ...health, data: alarms }} />
        <Loaded of={health}>
          {({ settings }) => (
            <Loaded of={integrations}>
              {({ items }) => (
                <HealthSettingsView
                  // What was saved elsewhere is shown, not an old draft of it.
                  key={JSON.stringify(settings)}
                  settings={settings}
                  integrations={items}
                  accounts={accounts}
                  isSaving={save.isPending}
                  problem={save.error}
                  onIntegration={setIntegrationId}
                  onSearch={setSearch}
                  onSave={(body) =>
                    save.mutate({ body }, { onSuccess: () => say({ type: 'success', content: text('savedSay') }) })
                  }
                />
              )}
            </Loaded>
          )}
        </Loaded>
      </SpaceBetween>
    </Page>
  );
};
