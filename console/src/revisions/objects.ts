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
  [/^\/api\/tenants\/[^/]+\/groups\/(\d+)(?:\/inactivity)?$/, 'group'],
  [/^\/api\/tenants\/([0-9a-f-]{36})\/moving-rules(?:-order$|\/|$)/, 'moving-rules'],
  [/^\/api\/device-selections\/([0-9a-f-]{36})$/, 'device-selection'],
  [/^\/api\/tenants\/[^/]+\/enrolment-tokens\/([0-9a-f-]{36})$/, 'enrolment-token'],
  [/^\/api\/tenants\/([0-9a-f-]{36})$/, 'tenant'],
  [/^\/api\/siem-targets\/([0-9a-f-]{36})$/, 'siem-target'],
  [/^\/api\/secondary-servers\/([0-9a-f-]{36})$/, 'secondary-server'],
  [/^\/api\/licenses\/([0-9a-f-]{36})$/, 'license-key'],
  [/^\/api\/event-selections\/([0-9a-f-]{36})$/, 'event-selection'],
  [/^\/api\/policies\/(\d+)$/, 'policy'],
  [/^\/api\/tasks\/([0-9a-f-]{36})$/, 'task'],
  [/^\/api\/users\/([0-9a-f-]{36})$/, 'user'],
  [/^\/api\/api-tokens\/([0-9a-f-]{36})$/, 'api-token'],
];

/** The object that an audit line's target names, if it has a history. */
export const objectOfTarget = (target: string): HistoryObject | null => {
  if (target === '/api/event-settings') return { kind: 'event-configuration', id: 'server' };
  if (target === '/api/network-visibility') return { kind: 'network-visibility', id: 'server' };
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
      return tenantId === null ? null : paths.group(tenantId, Number(id));
    case 'task':
      return paths.task(id);
    case 'tenant':
      return tenant;
    case 'moving-rules':
      return tenantId === null ? null : withQuery(paths.movingRules, { tenant: tenantId });
    case 'device-selection':
      return withQuery(paths.devices, { selection: id });
    case 'network-visibility':
      return paths.server;
    case 'device-status-settings':
      return tenant && withQuery(tenant, { tab: 'statuses', group: id });
    case 'enrolment-token':
      return tenant && withQuery(tenant, { tab: 'tokens' });
    case 'event-configuration':
      return paths.eventConfiguration;
    case 'license-key':
      return paths.license(id);
    case 'siem-target':
      return paths.siemExports;
    case 'secondary-server':
      return paths.secondaryServer(id);
    case 'event-selection':
      return paths.events;
    case 'policy':
      return paths.policy(id);
    case 'user':
    case 'api-token':
      return paths.users;
  }
};
