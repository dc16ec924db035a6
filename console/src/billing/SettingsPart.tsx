import { Loaded, useMay, useSay, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';
import { SettingsView } from './SettingsView.tsx';
import { useBillingSettings } from './useBilling.ts';

/** What billing of one connection may do by itself. */
export const SettingsPart = ({ integrationId, name }: { integrationId: string; name: string }) => {
  const text = useText(billingMessages);
  const say = useSay();
  const canWrite = useMay()('billing:write');
  const { settings, put } = useBillingSettings(integrationId);
  return (
    <Loaded of={settings}>
      {({ settings: saved, defaults }) => (
        <SettingsView
          // What was saved elsewhere is shown, not an old draft of it.
          key={JSON.stringify([integrationId, saved])}
          name={name}
          saved={saved}
          defaults={defaults}
          canWrite={canWrite}
          isSaving={put.isPending}
          problem={put.error}
          onSave={(body) =>
            put.mutate(
              { params: { integrationId }, body },
              { onSuccess: () => say({ type: 'success', content: text('saved') }) },
            )
          }
        />
      )}
    </Loaded>
  );
};
