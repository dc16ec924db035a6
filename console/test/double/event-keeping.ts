import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';

type Keys = { component: string; code: string; typeId: number | null };
const keyOf = ({ component, code, typeId }: Keys) => `${component}|${code}|${typeId ?? ''}`;

const MANAGED = 'Managed application (general event)';
const types: (Keys & { displayName: string; severity: contract.SeverityName; days: number; known?: false })[] = [
  {
    component: 'Administration Server',
    code: 'KLSRV_HOST_STATUS_CRITICAL',
    typeId: 4113,
    displayName: 'Device status is Critical',
    severity: 'critical',
    days: 180,
  },
  {
    component: 'Administration Server',
    code: 'GNRL_EV_VIRUS_OUTBREAK',
    typeId: 26,
    displayName: 'Virus outbreak',
    severity: 'critical',
    days: 180,
  },
  {
    component: 'Administration Server',
    code: 'GNRL_EV_VIRUS_OUTBREAK',
    typeId: 27,
    displayName: 'Virus outbreak',
    severity: 'critical',
    days: 180,
  },
  {
    component: MANAGED,
    code: 'GNRL_EV_VIRUS_FOUND',
    typeId: null,
    displayName: 'Malicious object detected',
    severity: 'critical',
    days: 30,
  },
  {
    component: 'Administration Server',
    code: 'KLSRV_DISK_FULL',
    typeId: 4107,
    displayName: 'No free disk space',
    severity: 'functional-failure',
    days: 180,
  },
  {
    component: 'Administration Server',
    code: 'KLSRV_HOST_STATUS_WARNING',
    typeId: 4114,
    displayName: 'Device status is Warning',
    severity: 'warning',
    days: 90,
  },
  {
    component: MANAGED,
    code: 'GNRL_EV_OBJECT_BLOCKED',
    typeId: null,
    displayName: 'Object blocked',
    severity: 'warning',
    days: 30,
  },
  {
    component: 'Administration Server',
    code: 'KLSRV_EVP_DB_TRUNCATED',
    typeId: 4146,
    displayName: 'Events have been deleted from the database',
    severity: 'info',
    days: 0,
  },
  {
    component: 'Unknown',
    code: 'ACME_SPECIAL',
    typeId: null,
    displayName: 'Something special',
    severity: 'info',
    days: 30,
    known: false,
  },
];

/** Event configuration of the server and of groups below it, and the limit of the event store. */
export const answerEventKeeping = ({ on }: Pick<HttpDouble, 'on'>, kind: 'full' | 'empty') => {
  const server = new Map<string, contract.EventSetting>();
  const groups = new Map<string, contract.EventSetting>();
  if (kind === 'full') {
    const setting = {
      storageTermDays: 365,
      exportToSiem: true,
      osLog: true,
      notifyByMail: true,
      notifyBySms: false,
      locked: true,
    };
    server.set(keyOf({ component: MANAGED, code: 'GNRL_EV_VIRUS_FOUND', typeId: null }), setting);
  }
  const shown = (groupId: number | null): contract.ConfiguredEventType[] =>
    types.map(({ days, known, ...type }) => {
      const key = keyOf(type);
      const above = groupId === null ? undefined : server.get(key);
      const own = groupId === null ? server.get(key) : groups.get(`${groupId} ${key}`);
      const lockedBy = above?.locked ? { groupId: null, name: 'Administration Server' } : null;
      const setting = (lockedBy ? above : (own ?? above)) ?? {
        storageTermDays: days,
        exportToSiem: true,
        osLog: false,
        notifyByMail: false,
        notifyBySms: false,
        locked: false,
      };
      const isOwn = own !== undefined && !lockedBy;
      return {
        ...type,
        known: known ?? true,
        defaultTermDays: days,
        setting,
        own: isOwn,
        inheritedFrom: !isOwn && above ? { groupId: null, name: 'Administration Server' } : null,
        lockedBy,
      };
    });
  const change = (groupId: number | null, { types: chosen, change: wanted }: contract.EventSettingChange) => {
    const now = shown(groupId);
    for (const key of chosen) {
      const type = now.find((each) => keyOf(each) === keyOf(key));
      if (!type) throw new Refusal(404, 'event-type.not-found', 'There is no such event type');
      if (type.lockedBy) throw new Refusal(409, 'event-settings.locked', 'Locked by “Administration Server”');
      const place = groupId === null ? server : groups;
      const at = groupId === null ? keyOf(key) : `${groupId} ${keyOf(key)}`;
      if (wanted === null) place.delete(at);
      else place.set(at, { ...type.setting, ...wanted });
    }
    return { items: shown(groupId) };
  };
  on(contract.listEventSettings, () => ({ items: shown(null) }));
  on(contract.changeEventSettings, ({ body }) => change(null, body));
  on(contract.listGroupEventSettings, ({ params }) => ({ items: shown(params.groupId) }));
  on(contract.changeGroupEventSettings, ({ params, body }) => change(params.groupId, body));

  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const storage: contract.EventStorage = {
    maximumEvents: contract.DEFAULT_EVENT_LIMIT,
    marginEvents: 10_000,
    storedEvents: kind === 'full' ? 403_218 : 0,
    unlistedEvents: kind === 'full' ? 71 : 0,
    oldestAt: kind === 'full' ? ago(24 * 31) : null,
    bytesOnDisk: kind === 'full' ? 43_100_000 : 0,
    bytesPerEvent: kind === 'full' ? 106.9 : 150,
    isMeasured: kind === 'full',
    trimmingSince: null,
    lastTrim: kind === 'full' ? { startedAt: ago(30), finishedAt: ago(29.9), removedEvents: 10_214 } : null,
  };
  on(contract.getEventStorage, () => storage);
  on(contract.changeEventStorage, ({ body }) => {
    storage.maximumEvents = body.maximumEvents;
    storage.marginEvents = Math.round(body.maximumEvents * 0.025);
    storage.storedEvents = Math.min(storage.storedEvents, body.maximumEvents);
    return storage;
  });
};
