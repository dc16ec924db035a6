import { ObjectKind, type SecurityEvent } from '@gatehouse/contract';
import { paths, withQuery } from '../platform/index.ts';

/** An object with a history. */
export interface HistoryObject {
  kind: ObjectKind;
  id: string;
}

/** The history of an object; with a number, opened at that revision. */
export const historyPath = ({ kind, id }: HistoryObject, number?: string): string =>
  withQuery(paths.revisions, { kind, object: id, number });

/** The object and revision that an audit event (KLAUD) of the server tells of. */
export const objectOfEvent = ({
  type,
  params,
  deviceId,
}: Pick<SecurityEvent, 'type' | 'params' | 'deviceId'>): (HistoryObject & { number: string | undefined }) | null => {
  const kind = ObjectKind.safeParse(params['1']);
  const id = params['2'];
  const number = params['3'];
  // A device may send what it likes; what happens to objects, the server alone knows.
  if (deviceId !== null || !type.startsWith('KLAUD_') || !kind.success || !id) return null;
  return { kind: kind.data, id, number: /^\d{1,9}$/.test(number ?? '') ? number : undefined };
};

const targets: readonly (readonly [RegExp, ObjectKind])[] = [
  [/^\/api\/tenants\/[^/]+\/groups\/(\d+)\/status-settings(?:\/|$)/, 'device-status-settings'],
  [/^\/api\/tenants\/[^/]+\/groups\/(\d+)\/event-settings$/, 'event-configuration'],
  [/^\/api\/tenants\/[^/]+\/groups\/(\d+)$/, 'group'],
  [/^\/api\/tenants\/[^/]+\/enrolment-tokens\/([0-9a-f-]{36})$/, 'enrolment-token'],
  [/^\/api\/tenants\/([0-9a-f-]{36})$/, 'tenant'],
  [/^\/api\/siem-targets\/([0-9a-f-]{36})$/, 'siem-target'],
  [/^\/api\/event-selections\/([0-9a-f-]{36})$/, 'event-selection'],
  [/^\/api\/users\/([0-9a-f-]{36})$/, 'user'],
  [/^\/api\/api-tokens\/([0-9a-f-]{36})$/, 'api-token'],
];

/** The object that an audit line's target names, if it has a history. */
export const objectOfTarget = (target: string): HistoryObject | null => {
  if (target === '/api/event-settings') return { kind: 'event-configuration', id: 'server' };
  for (const [form, kind] of targets) {
    const id = form.exec(target)?.[1];
    if (id) return { kind, id };
  }
  return null;
};

/** Where an object itself is; null: it has no page. */
export const pageOfObject = ({ kind, id, tenantId }: HistoryObject & { tenantId: string | null }): string | null => {
  const tenant = tenantId === null ? null : paths.tenant(tenantId);
  switch (kind) {
    case 'group':
    case 'tenant':
      return tenant;
    case 'device-status-settings':
      return tenant && withQuery(tenant, { tab: 'statuses', group: id });
    case 'enrolment-token':
      return tenant && withQuery(tenant, { tab: 'tokens' });
    case 'event-configuration':
      return paths.eventConfiguration;
    case 'siem-target':
      return paths.siemExports;
    case 'event-selection':
      return paths.events;
    case 'user':
    case 'api-token':
      return paths.users;
  }
};
