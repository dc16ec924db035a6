import { listIntegrationNotices, readIntegrationNotice } from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { type Http, route } from '../../platform/http/index.ts';
import type { NoticeStore } from './store.ts';

export const noticeRoutes = (
  http: Http,
  { notices, onRead, clock }: { notices: NoticeStore; onRead(): void; clock: () => Date },
): void => {
  route(http, listIntegrationNotices, async ({ actor }) => ({
    // They count every customer of an integration.
    items: (actor.tenantIds === null ? await notices.listUnread(actor.id, clock()) : []).map((row) => ({
      id: row.id,
      kind: row.kind,
      at: row.at.toISOString(),
      by: row.by_name,
      integrationId: row.integration_id,
      name: row.name,
      tenants: row.tenants,
      mappings: row.mappings,
    })),
  }));
  route(http, readIntegrationNotice, async ({ params, actor }) => {
    const isKnown = actor.tenantIds === null && (await notices.markRead(params.noticeId, actor.id, clock()));
    if (!isKnown) throw new NotFound('notice', params.noticeId);
    onRead();
    return {};
  });
};
