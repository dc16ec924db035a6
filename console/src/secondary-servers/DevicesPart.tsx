import type { SecondaryServer } from '@gatehouse/contract';
import { z } from 'zod';
import { urlNumber, urlOneOf, urlText, useUrlState } from '../platform/index.ts';
import { DevicesView } from './DevicesView.tsx';
import { useServerDevices } from './useServers.ts';

const PAGE = 50;
const state = z.object({
  text: urlText,
  status: urlOneOf(['ok', 'warning', 'critical']),
  /** Number of a virtual server; 0: only the server itself. */
  server: urlNumber,
  order: urlOneOf(['name', '-name', 'status', '-status', 'lastSeen', '-lastSeen']),
  page: urlNumber,
});

/** Devices of another server, asked of it page by page. */
export const DevicesPart = ({ server }: { server: SecondaryServer }) => {
  const [url, change] = useUrlState(state);
  const page = Math.max(1, url.page ?? 1);
  const order = url.order ?? 'name';
  const answer = useServerDevices(
    server.id,
    {
      ...(url.text ? { text: url.text } : {}),
      ...(url.status ? { status: url.status } : {}),
      ...(url.server === undefined ? {} : { virtualServerId: url.server }),
      order,
      offset: (page - 1) * PAGE,
      limit: PAGE,
    },
    true,
  );
  return (
    <DevicesView
      answer={answer}
      servers={server.snapshot?.virtualServers ?? []}
      filter={{ text: url.text ?? '', status: url.status, server: url.server }}
      order={order}
      page={page}
      pageSize={PAGE}
      onFilter={(filter) => change({ ...filter, page: undefined })}
      onOrder={(next) => change({ order: next, page: undefined })}
      onPage={(next) => change({ page: next })}
    />
  );
};
