import { listAudit } from '@gatehouse/contract';
import { type Http, route } from '../platform/http/index.ts';
import type { AuditTrail } from './audit.ts';

/** People who are limited to some tenants see the lines of these alone. */
export const auditRoutes = (http: Http, { audit }: { audit: AuditTrail }): void => {
  route(http, listAudit, ({ query: { action, actor: by, after, limit }, actor }) =>
    audit.list({ action, actor: by, tenantIds: actor.tenantIds }, { after, limit }),
  );
};
