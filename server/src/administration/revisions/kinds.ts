import type { ObjectKind, Permission, Revision } from '@gatehouse/contract';

interface KindSpec {
  /** As in “was changed: group Branch”. */
  title: string;
  read: Permission;
  write: Permission;
  /** Event type of a save. */
  event: Record<'added' | 'changed' | 'deleted', string>;
}

const MODIFIED = 'KLAUD_EV_OBJECTMODIFY';
const GROUP_SETTINGS = 'KLAUD_EV_ADMGROUP_CHANGED';
const PROPERTIES = 'KLAUD_EV_OBJECTPROPMODIFIED';

const always = (code: string) => ({ added: code, changed: code, deleted: code });

/** Who may see and save each kind of object, and which audit event a save makes (KSC 13.1: 4148, 4149, 4152, 4153). */
export const kinds: Record<ObjectKind, KindSpec> = {
  group: { title: 'group', read: 'devices:read', write: 'groups:write', event: always(MODIFIED) },
  'device-status-settings': {
    title: 'device status settings of group',
    read: 'devices:read',
    write: 'statuses:write',
    event: always(GROUP_SETTINGS),
  },
  // Of the server: its properties. Of a group: see `eventOf`.
  'event-configuration': {
    title: 'event configuration of',
    read: 'events:read',
    write: 'server:write',
    event: always(PROPERTIES),
  },
  tenant: {
    title: 'virtual server',
    read: 'tenants:read',
    write: 'tenants:write',
    event: { added: MODIFIED, changed: PROPERTIES, deleted: MODIFIED },
  },
  'enrolment-token': {
    title: 'enrolment token',
    read: 'devices:write',
    write: 'devices:write',
    event: always(MODIFIED),
  },
  'siem-target': { title: 'export to a SIEM', read: 'server:read', write: 'server:write', event: always(MODIFIED) },
  'secondary-server': {
    title: 'secondary server',
    read: 'servers:read',
    write: 'servers:write',
    event: { added: MODIFIED, changed: PROPERTIES, deleted: MODIFIED },
  },
  'license-key': {
    title: 'licence key',
    read: 'licenses:read',
    write: 'licenses:write',
    event: { added: MODIFIED, changed: PROPERTIES, deleted: MODIFIED },
  },
  'event-selection': {
    title: 'event selection',
    read: 'events:read',
    write: 'events:read',
    event: always(MODIFIED),
  },
  task: { title: 'task', read: 'tasks:read', write: 'tasks:write', event: always(MODIFIED) },
  policy: { title: 'policy', read: 'policies:read', write: 'policies:write', event: always(MODIFIED) },
  'device-selection': {
    title: 'device selection',
    read: 'devices:read',
    write: 'devices:read',
    event: always(MODIFIED),
  },
  'moving-rules': {
    title: 'moving rules of',
    read: 'devices:read',
    write: 'groups:write',
    event: always(MODIFIED),
  },
  'network-visibility': {
    title: 'network visibility of',
    read: 'devices:read',
    write: 'server:write',
    event: always(PROPERTIES),
  },
  user: {
    title: 'user',
    read: 'users:read',
    write: 'users:write',
    event: { added: MODIFIED, changed: PROPERTIES, deleted: MODIFIED },
  },
  'api-token': { title: 'API token', read: 'users:read', write: 'users:write', event: always(MODIFIED) },
};

/** The event type of a save; null for how an object was when its history began. */
export const eventOf = ({
  object: { kind, tenantId },
  action,
}: {
  object: { kind: ObjectKind; tenantId: string | null };
  action: Revision['action'];
}): string | null => {
  if (action === 'initial') return null;
  if (kind === 'event-configuration' && tenantId !== null) return GROUP_SETTINGS;
  return kinds[kind].event[action];
};
