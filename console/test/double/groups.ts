import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import type { World } from './world.ts';

const predefined: [string, contract.DeviceFilterInput][] = [
  ['Devices with Critical status', { statuses: ['critical'] }],
  ['Devices that are not visible', { visible: false }],
  ['Devices that must be restarted', { restartRequired: true }],
];
const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const rank = { ok: 0, warning: 1, critical: 2 } as const;

const fits = (masks: readonly string[], text: string): boolean =>
  masks.some((mask) => new RegExp(`^${mask.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(text));
const inRanges = (ranges: readonly string[], text: string | null): boolean => {
  const address = contract.readAddress(text ?? '');
  return ranges.some((each) => {
    const range = contract.readAddressRange(each);
    return range && address?.family === range.family && address.value >= range.from && address.value <= range.to;
  });
};

/** Groups, lists of devices, device selections, moving rules and network visibility of the double. */
export const answerGroups = (http: HttpDouble, world: World) => {
  const { on } = http;
  const found = <T>(thing: T | undefined, what: string): T => {
    if (thing === undefined) throw new Refusal(404, `${what}.not-found`, 'It does not exist, or is not yours to see');
    return thing;
  };
  const groupsOf = (tenantId: string) => {
    found(
      world.tenants.find(({ id }) => id === tenantId),
      'tenant',
    );
    return world.groups.filter((group) => group.tenantId === tenantId);
  };
  const groupOf = (tenantId: string, groupId: number) =>
    found(
      groupsOf(tenantId).find(({ id }) => id === groupId),
      'group',
    );
  const nameOf = (groupId: number) =>
    (world.groups.find(({ id }) => id === groupId)?.fullName ?? '').replace(/\/$/, '');
  const below = (id: number): number[] => [
    id,
    ...world.groups.filter(({ parentId }) => parentId === id).flatMap((child) => below(child.id)),
  ];
  const rename = (id: number) => {
    const group = world.groups.find((each) => each.id === id);
    const parent = world.groups.find((each) => each.id === group?.parentId);
    if (group && parent) group.fullName = `${parent.fullName}${group.name}/`;
    for (const child of world.groups.filter(({ parentId }) => parentId === id)) rename(child.id);
  };

  /** Own settings for inactive devices, by group. */
  const inactivity = new Map<number, contract.GroupInactivity>();
  const standard: contract.GroupInactivity = { notifyAfterDays: 7, removeAfterDays: null, forced: false };
  const settingsOf = (group: contract.Group): contract.GroupSettings => {
    const way: contract.Group[] = [];
    for (let at: contract.Group | undefined = group; at; at = world.groups.find(({ id }) => id === at?.parentId)) {
      way.unshift(at);
    }
    const forcing = way.find(({ id }) => inactivity.get(id)?.forced);
    const nearest = forcing ?? way.findLast(({ id }) => inactivity.has(id));
    const placeOf = (place: contract.Group | undefined) =>
      place && place.id !== group.id ? { groupId: place.id, name: place.name } : null;
    return {
      group,
      inactivity: {
        own: inactivity.get(group.id) ?? null,
        effective: (nearest && inactivity.get(nearest.id)) ?? standard,
        inheritedFrom: placeOf(nearest),
        forcedBy: placeOf(forcing),
      },
    };
  };

  on(contract.listGroups, ({ params }) => ({ items: groupsOf(params.tenantId) }));
  on(contract.getGroup, ({ params }) => settingsOf(groupOf(params.tenantId, params.groupId)));
  on(contract.addGroup, ({ params, body }) => {
    const parent = groupOf(params.tenantId, body.parentId);
    if (world.groups.some(({ parentId, name }) => parentId === parent.id && name === body.name)) {
      throw new Refusal(409, 'group.name-taken', `There is a group named “${body.name}” in that place already`);
    }
    const id = Math.max(...world.groups.map((group) => group.id)) + 1;
    const group: contract.Group = {
      ...parent,
      id,
      parentId: parent.id,
      name: body.name,
      kind: 'group',
      fullName: `${parent.fullName}${body.name}/`,
    };
    world.groups.push(group);
    world.recount();
    return group;
  });
  on(contract.changeGroup, ({ params, body }) => {
    const group = groupOf(params.tenantId, params.groupId);
    Object.assign(group, JSON.parse(JSON.stringify(body)));
    rename(group.id);
    world.recount();
    return group;
  });
  on(contract.putGroupInactivity, ({ params, body }) => {
    const group = groupOf(params.tenantId, params.groupId);
    if (body.settings) inactivity.set(group.id, body.settings);
    else inactivity.delete(group.id);
    return settingsOf(group);
  });
  on(contract.deleteGroup, ({ params, query }) => {
    const group = groupOf(params.tenantId, params.groupId);
    const ids = below(group.id);
    const inside = world.devices.filter(({ groupId }) => ids.includes(groupId));
    if ((ids.length > 1 && !query.withSubgroups) || (inside.length > 0 && query.moveDevicesTo === undefined)) {
      throw new Refusal(409, 'group.not-empty', `“${group.name}” is not empty`);
    }
    for (const device of inside) {
      device.groupId = query.moveDevicesTo ?? device.groupId;
      device.groupName = nameOf(device.groupId);
    }
    for (const id of ids) {
      world.groups.splice(
        world.groups.findIndex((each) => each.id === id),
        1,
      );
    }
    world.recount();
    return {};
  });

  const isFound = (device: contract.Device, filter: contract.DeviceFilter): boolean => {
    const { text, names, notNames, tenantIds, groups, addresses, osFamilies, osNames, statuses, conditions } = filter;
    const { visible, tags, notTags, restartRequired, lastSeen } = filter;
    const seenMs = device.lastSeenAt === null ? Number.POSITIVE_INFINITY : Date.now() - Date.parse(device.lastSeenAt);
    const all = `${device.name} ${device.ipAddress} ${device.osName}`.toLowerCase();
    const wanted = groups.flatMap(({ id, withSubgroups }) => (withSubgroups ? below(id) : [id]));
    return (
      (!text || all.includes(text.toLowerCase())) &&
      (names.length === 0 || fits(names, device.name)) &&
      !fits(notNames, device.name) &&
      (tenantIds.length === 0 || tenantIds.includes(device.tenantId)) &&
      (groups.length === 0 || wanted.includes(device.groupId)) &&
      (addresses.length === 0 || inRanges(addresses, device.ipAddress)) &&
      (osFamilies.length === 0 || (osFamilies as (string | null)[]).includes(device.osFamily)) &&
      (osNames.length === 0 || fits(osNames, device.osName ?? '')) &&
      (statuses.length === 0 || statuses.includes(device.status)) &&
      (conditions.length === 0 || device.reasons.some(({ condition }) => conditions.includes(condition))) &&
      (visible === null || device.visible === visible) &&
      (tags.length === 0 || device.tags.some((tag) => tags.includes(tag))) &&
      !device.tags.some((tag) => notTags.includes(tag)) &&
      (restartRequired === null || device.restartRequired === restartRequired) &&
      (lastSeen.kind !== 'within' || seenMs <= lastSeen.amount * UNIT_MS[lastSeen.unit]) &&
      (lastSeen.kind !== 'before' || seenMs > lastSeen.amount * UNIT_MS[lastSeen.unit])
    );
  };
  const selections: contract.DeviceSelection[] = predefined.map(([name, filter], number) => ({
    id: `00000000-0000-4000-8000-00000000d00${number + 1}`,
    name,
    predefined: true,
    ownerName: null,
    isOwn: false,
    mayChange: false,
    settings: contract.DeviceSelectionSettings.parse({ filter }),
    access: contract.SelectionAccess.parse({}),
    changedAt: null,
    changedBy: null,
  }));
  const selectionOf = (id: string) =>
    found(
      selections.find((each) => each.id === id),
      'device-selection',
    );
  const search = ({ selectionId, filter, sort: asked }: contract.DeviceQuery): contract.Device[] => {
    const selection = selectionId === undefined ? undefined : selectionOf(selectionId);
    const filters = [...(selection ? [selection.settings.filter] : []), ...(filter ? [filter] : [])];
    const sort = asked ?? selection?.settings.sort ?? { by: 'status' as const, descending: true };
    return world.devices
      .filter((device) => filters.every((each) => isFound(device, each)))
      .toSorted((a, b) => {
        const order =
          sort.by === 'status'
            ? rank[a.status] - rank[b.status]
            : typeof a[sort.by] === 'number'
              ? Number(a[sort.by]) - Number(b[sort.by])
              : String(a[sort.by]).localeCompare(String(b[sort.by]));
        return (sort.descending ? -order : order) || a.name.localeCompare(b.name);
      });
  };
  on(contract.searchDevices, ({ body: { limit, after, ...query } }) => {
    const all = search(query);
    const from = Number(after ?? 0);
    return {
      items: all.slice(from, from + limit),
      next: from + limit < all.length ? String(from + limit) : null,
      total: all.length,
    };
  });
  on(
    contract.exportDevices,
    ({ body }) =>
      `Name\r\n${search(body)
        .map(({ name }) => `${name}\r\n`)
        .join('')}`,
  );
  on(contract.listDeviceTags, () => {
    const tags = world.devices.flatMap((device) => device.tags);
    return {
      items: [...new Set(tags)].sort().map((tag) => ({ tag, devices: tags.filter((each) => each === tag).length })),
    };
  });
  const devicesOf = (ids: readonly string[]) =>
    ids.map((id) =>
      found(
        world.devices.find((device) => device.id === id),
        'device',
      ),
    );
  on(contract.changeDeviceTags, ({ body }) => {
    for (const device of devicesOf(body.deviceIds)) {
      device.tags = [...new Set([...device.tags, ...body.add])].filter((tag) => !body.remove.includes(tag)).sort();
    }
    return {};
  });
  on(contract.moveDevices, ({ body }) => {
    for (const device of devicesOf(body.deviceIds)) {
      device.groupId = groupOf(device.tenantId, body.groupId).id;
      device.groupName = nameOf(device.groupId);
    }
    world.recount();
    return {};
  });
  on(contract.deleteDevices, ({ body }) => {
    for (const device of devicesOf(body.deviceIds)) world.devices.splice(world.devices.indexOf(device), 1);
    world.recount();
    return {};
  });

  const own = (
    name: string,
    settings: contract.DeviceSelectionSettings,
    access = contract.SelectionAccess.parse({}),
  ): contract.DeviceSelection => {
    if (selections.some((each) => each.name === name)) {
      throw new Refusal(409, 'device-selection.name-taken', `There is a device selection named “${name}” already`);
    }
    const made: contract.DeviceSelection = {
      id: randomUUID(),
      name,
      predefined: false,
      ownerName: 'ada',
      isOwn: true,
      mayChange: true,
      settings,
      access,
      changedAt: new Date().toISOString(),
      changedBy: 'ada',
    };
    selections.push(made);
    return made;
  };
  on(contract.listDeviceSelections, () => ({ items: selections }));
  on(contract.getDeviceSelection, ({ params }) => selectionOf(params.selectionId));
  on(contract.addDeviceSelection, ({ body }) => own(body.name, body.settings, body.access));
  on(contract.changeDeviceSelection, ({ params, body }) => Object.assign(selectionOf(params.selectionId), body));
  on(contract.deleteDeviceSelections, ({ body }) => {
    for (const id of body.ids) selections.splice(selections.indexOf(selectionOf(id)), 1);
    return {};
  });
  on(contract.duplicateDeviceSelection, ({ params }) => {
    const { name, settings } = selectionOf(params.selectionId);
    return own(`${name} (2)`, settings);
  });
  on(contract.exportDeviceSelection, ({ params }) => {
    const { name, settings } = selectionOf(params.selectionId);
    return { kind: 'gatehouse-device-selection' as const, version: 1 as const, name, settings };
  });
  on(contract.importDeviceSelection, ({ body }) => own(body.name, body.settings));

  const rules: contract.MovingRule[] = [];
  const first = world.tenants[0];
  const target = world.groups.find(({ tenantId, name }) => tenantId === first?.id && name === 'Servers');
  if (first && target) {
    for (const [name, body] of [
      ['Servers by name', { conditions: { names: ['srv-*'] }, groupId: target.id, reach: 'all' }],
      ['Tag kiosks', { conditions: { addresses: ['10.1.0.0/24'] }, groupId: null, addTags: ['kiosk'], enabled: false }],
    ] as const) {
      rules.push({
        ...contract.MovingRuleBody.parse({ name, mode: 'always', reach: 'unassigned', ...body }),
        id: randomUUID(),
        tenantId: first.id,
        groupName: body.groupId === null ? null : nameOf(body.groupId),
        changedAt: new Date().toISOString(),
        changedBy: 'ada',
      });
    }
  }
  const rulesOf = (tenantId: string) => rules.filter((rule) => rule.tenantId === tenantId);
  const ruleOf = (id: string) =>
    found(
      rules.find((rule) => rule.id === id),
      'moving-rule',
    );
  const made = (tenantId: string, body: contract.MovingRuleBody, id: string): contract.MovingRule => ({
    ...body,
    id,
    tenantId,
    groupName: body.groupId === null ? null : nameOf(body.groupId),
    changedAt: new Date().toISOString(),
    changedBy: 'ada',
  });
  const plan = (tenantId: string, body: contract.MovingRuleBody) => {
    const filter = contract.DeviceFilter.parse({ ...body.conditions, tenantIds: [tenantId] });
    return world.devices
      .filter((device) => isFound(device, filter) && body.reach === 'all')
      .map((device) => ({
        device,
        moves: body.groupId !== null && body.groupId !== device.groupId,
        addTags: body.addTags.filter((tag) => !device.tags.includes(tag)),
      }))
      .filter(({ moves, addTags }) => moves || addTags.length > 0);
  };
  const counts = (planned: ReturnType<typeof plan>) => ({
    moved: planned.filter(({ moves }) => moves).length,
    tagged: planned.filter(({ addTags }) => addTags.length > 0).length,
  });
  on(contract.listMovingRules, ({ params }) => ({ items: rulesOf(params.tenantId) }));
  on(contract.addMovingRule, ({ params, body }) => {
    const rule = made(params.tenantId, body, randomUUID());
    rules.push(rule);
    return rule;
  });
  on(contract.changeMovingRule, ({ params, body }) =>
    Object.assign(ruleOf(params.ruleId), made(params.tenantId, body, params.ruleId)),
  );
  on(contract.deleteMovingRule, ({ params }) => {
    rules.splice(rules.indexOf(ruleOf(params.ruleId)), 1);
    return {};
  });
  on(contract.orderMovingRules, ({ params, body }) => {
    const ordered = body.ids.map(ruleOf);
    for (const rule of ordered) rules.splice(rules.indexOf(rule), 1);
    rules.push(...ordered);
    return { items: rulesOf(params.tenantId) };
  });
  on(contract.previewMovingRule, ({ params, body }) => {
    const planned = plan(params.tenantId, body.rule);
    return {
      ...counts(planned),
      devices: planned.map(({ device, moves, addTags }) => ({
        id: device.id,
        name: device.name,
        groupName: nameOf(device.groupId),
        osName: device.osName,
        ipAddress: device.ipAddress,
        toGroupName: moves && body.rule.groupId !== null ? nameOf(body.rule.groupId) : null,
        addTags,
      })),
    };
  });
  on(contract.applyMovingRule, ({ params }) => {
    const rule = ruleOf(params.ruleId);
    const planned = plan(params.tenantId, rule);
    for (const { device, moves, addTags } of planned) {
      if (moves && rule.groupId !== null) device.groupId = rule.groupId;
      device.groupName = nameOf(device.groupId);
      device.tags = [...device.tags, ...addTags];
    }
    world.recount();
    return counts(planned);
  });

  let minutes: number | null = null;
  const visibility = () => ({ minutes: minutes ?? 120, standardMinutes: 120, isOwn: minutes !== null });
  on(contract.getNetworkVisibility, visibility);
  on(contract.putNetworkVisibility, ({ body }) => {
    minutes = body.minutes;
    return visibility();
  });
  return { rules, selections };
};
