import { listIntegrationNotices, readIntegrationNotice } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';
import { useMay } from '../platform/index.ts';
import { IntegrationNoticesView } from './IntegrationNoticesView.tsx';

/** News of integrations above any page, for those who administer them. */
export const IntegrationNotices = () => {
  const isAdministrator = useMay()('integrations:write');
  const { data } = useAsk(listIntegrationNotices, {}, { topics: ['integrations'], enabled: isAdministrator });
  const { mutate } = useTell(readIntegrationNotice, { changes: [listIntegrationNotices] });
  // News that cannot be read now are no matter of the page below them; they come with the next reading.
  return (
    <IntegrationNoticesView notices={data?.items ?? []} onRead={({ id }) => mutate({ params: { noticeId: id } })} />
  );
};
