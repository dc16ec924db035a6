import SpaceBetween from '@cloudscape-design/components/space-between';
import { EmptyState, Loaded, useSay, useText } from '../platform/index.ts';
import { reportMessages } from './messages.ts';
import { PsaReportsView } from './PsaReportsView.tsx';
import { useIntegrationNames, useReportSettings } from './useServiceReports.ts';

const OneIntegration = ({ id, name }: { id: string; name: string }) => {
  const text = useText(reportMessages);
  const say = useSay();
  const { settings, save, restore } = useReportSettings(id);
  return (
    <Loaded of={settings}>
      {(data) => (
        <PsaReportsView
          // What was saved begins the form anew.
          key={`${data.enabled} ${data.productId}`}
          name={name}
          settings={data}
          isSaving={save.isPending}
          isRestoring={restore.isPending}
          problem={save.error ?? restore.error}
          onSave={(body) =>
            save.mutate(
              { params: { integrationId: id }, body },
              { onSuccess: () => say({ type: 'success', content: text('saved') }) },
            )
          }
          onRestore={() =>
            restore.mutate(
              { params: { integrationId: id } },
              { onSuccess: () => say({ type: 'success', content: text('restoring') }) },
            )
          }
        />
      )}
    </Loaded>
  );
};

/** How each integration keeps the reports in its PSA. */
export const PsaReportsPart = () => {
  const text = useText(reportMessages);
  const integrations = useIntegrationNames();
  return (
    <Loaded of={integrations}>
      {({ items }) => (
        <SpaceBetween size="l">
          <p className="gh-aside">{text('psaHint')}</p>
          {items.length === 0 && <EmptyState title={text('noIntegrations')} hint={text('noIntegrationsHint')} />}
          {items.map(({ id, name }) => (
            <OneIntegration key={id} id={id} name={name} />
          ))}
        </SpaceBetween>
      )}
    </Loaded>
  );
};
