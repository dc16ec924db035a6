import {
  type ConfiguredEventType,
  changeEventSettings,
  changeGroupEventSettings,
  type EventSetting,
  type EventSettingChange,
  type EventTypeKey,
  listEventSettings,
  listGroupEventSettings,
} from '@gatehouse/contract';
import { Conflict, Forbidden, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import {
  type EngineStore,
  type EventType,
  eventTypes,
  severityNames,
  UNKNOWN_COMPONENT,
  unknownType,
} from '../events/index.ts';
import type { Group, GroupStore } from '../groups/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import { effectiveSettings, keyOfType } from './settings.ts';
import type { EventSettingStore } from './store.ts';

export interface EventConfigurationParts {
  groupsOf: (tenantId: string) => GroupStore;
  eventsOf: (scope: TenantScope) => Pick<EngineStore, 'unknownTypes'>;
  settings: EventSettingStore;
  /** Saves all of them in one transaction. */
  save: (
    group: Pick<Group, 'id' | 'tenantId'> | null,
    settings: readonly (EventTypeKey & { setting: EventSetting | null })[],
    doer: Doer,
  ) => Promise<void>;
  onChange: () => void;
}

/** What of the settings a caller looks at: the server's, or those of a group with the groups above it. */
interface Place {
  group: Group | null;
  /** Groups of its tenant, for names. */
  groups: readonly Group[];
  /** Whose events tell which unknown types there are. */
  scope: TenantScope;
}

const SERVER_NAME = 'Administration Server';

export const eventConfigurationRoutes = (http: Http, parts: EventConfigurationParts): void => {
  const serverOf = (actor: Actor): Place => ({ group: null, groups: [], scope: actor.tenantIds ?? 'all' });
  const groupOf = async (actor: Actor, tenantId: string, groupId: number): Promise<Place> => {
    if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
    const groups = await parts.groupsOf(tenantId).list();
    const group = groups.find(({ id }) => id === groupId);
    if (!group) throw new NotFound('group', groupId);
    return { group, groups, scope: [tenantId] };
  };
  const nameOf = ({ groups }: Place, groupId: number | null): string =>
    groupId === null ? SERVER_NAME : (groups.find(({ id }) => id === groupId)?.name ?? '');

  /** The catalogue, what has come beside it, and what was set for types of which nothing is stored any more. */
  const typesOf = async ({ group, scope }: Place): Promise<(EventType & { known: boolean })[]> => {
    const arrived = await parts.eventsOf(scope).unknownTypes();
    const codes = new Set(arrived.map(({ code }) => code));
    const places = new Set<number | null>([null, ...(group?.path.split('/').filter(Boolean).map(Number) ?? [])]);
    const onlySet = (await parts.settings.all()).filter(
      ({ component, code, groupId }) => component === UNKNOWN_COMPONENT && !codes.has(code) && places.has(groupId),
    );
    const gone = [...new Set(onlySet.map(({ code }) => code))].map((code) => ({
      code,
      displayName: code,
      severity: 1,
    }));
    return [
      ...eventTypes.map((type) => ({ ...type, known: true })),
      ...[...arrived, ...gone].map(({ code, displayName, severity }) => ({
        ...unknownType(code),
        displayName,
        severity: severity as EventType['severity'],
        known: false,
      })),
    ];
  };

  const shown = async (place: Place): Promise<ConfiguredEventType[]> => {
    const effective = effectiveSettings(await parts.settings.all());
    const here = place.group?.id ?? null;
    const placeOf = (groupId: number | null | undefined) =>
      groupId === undefined || groupId === here ? null : { groupId, name: nameOf(place, groupId) };
    return (await typesOf(place)).map((type) => {
      const { setting, from, lockedBy } = effective(type, place.group?.path ?? null);
      return {
        component: type.component,
        code: type.code,
        typeId: type.typeId,
        displayName: type.displayName,
        severity: severityNames[type.severity - 1] ?? 'info',
        known: type.known,
        defaultTermDays: type.storageTermDays,
        setting,
        own: from === here,
        inheritedFrom: placeOf(from),
        lockedBy: placeOf(lockedBy),
      };
    });
  };

  /**
   * All of the types or none.
   * @throws NotFound for a type that is neither in the catalogue nor has come, Conflict `event-settings.locked`
   */
  const change = async (place: Place, { types, change: wanted }: EventSettingChange, doer: Doer) => {
    const now = new Map((await shown(place)).map((type) => [keyOfType(type), type]));
    const chosen = [...new Map(types.map((type) => [keyOfType(type), type])).values()].map((key) => {
      const type = now.get(keyOfType(key));
      if (!type) throw new NotFound('event type', `${key.code} of ${key.component}`);
      return type;
    });
    const locked = chosen.find(({ lockedBy }) => lockedBy !== null);
    if (locked) {
      throw new Conflict(
        'event-settings.locked',
        `“${locked.displayName}” is locked by “${locked.lockedBy?.name}”: change it there, or take the lock off there`,
      );
    }
    const ownOf = (type: ConfiguredEventType) => (type.own ? type.setting : null);
    const keyPart = ({ component, code, typeId }: ConfiguredEventType) => ({ component, code, typeId });
    const after = chosen.map((type) => ({
      ...keyPart(type),
      // A lock that was inherited is not taken over: it is set where somebody sets it.
      setting: wanted && { ...type.setting, ...(type.own ? {} : { locked: false }), ...wanted },
    }));
    await parts.save(place.group, after, doer);
    parts.onChange();
    // Grouped by what was set, since many types that are changed together mostly had the same.
    const before = Map.groupBy(chosen, (type) => JSON.stringify(ownOf(type)));
    return {
      before: [...before].map(([setting, group]) => ({ setting: JSON.parse(setting), types: group.map(keyOfType) })),
      after: { change: wanted, types: chosen.map(keyOfType) },
    };
  };

  route(http, listEventSettings, async ({ actor }) => ({ items: await shown(serverOf(actor)) }));

  route(http, changeEventSettings, async ({ actor, body, request, audit }) => {
    if (actor.tenantIds !== null) throw new Forbidden('Only users of all tenants may change settings of the server');
    const place = serverOf(actor);
    audit(await change(place, body, doerOf({ actor, request })));
    return { items: await shown(place) };
  });

  route(http, listGroupEventSettings, async ({ actor, params }) => ({
    items: await shown(await groupOf(actor, params.tenantId, params.groupId)),
  }));

  route(http, changeGroupEventSettings, async ({ actor, params, body, request, audit }) => {
    const place = await groupOf(actor, params.tenantId, params.groupId);
    audit(await change(place, body, doerOf({ actor, request })));
    return { items: await shown(place) };
  });
};
