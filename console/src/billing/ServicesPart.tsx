import { Loaded, useMay, useSay, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';
import { ServicesView } from './ServicesView.tsx';
import { bodyOf } from './service-drafts.ts';
import { useServiceMap } from './useBilling.ts';

/** Which service of the PSA bills which application: the Services tab of a connection. */
export const ServicesPart = ({ integrationId }: { integrationId: string }) => {
  const text = useText(billingMessages);
  const say = useSay();
  const canWrite = useMay()('billing:write');
  const { map, put, read } = useServiceMap(integrationId);
  return (
    <Loaded of={map}>
      {(found) => (
        <ServicesView
          // What was saved elsewhere is shown, not an old draft of it; a new reading keeps the draft.
          key={JSON.stringify([found.byCategory, found.applications.map((each) => [each.application, each.services])])}
          map={found}
          canWrite={canWrite}
          isSaving={put.isPending}
          problem={put.error ?? read.error}
          isReading={read.isPending}
          onRead={() =>
            read.mutate(
              { params: { integrationId } },
              { onSuccess: ({ tenants }) => say({ type: 'info', content: text('readingSay', { count: tenants }) }) },
            )
          }
          onSave={(draft) =>
            put.mutate(
              { params: { integrationId }, body: bodyOf(draft) },
              { onSuccess: () => say({ type: 'success', content: text('saved') }) },
            )
          }
        />
      )}
    </Loaded>
  );
};
