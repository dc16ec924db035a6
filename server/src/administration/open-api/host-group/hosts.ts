import { isIP } from 'node:net';
import { readAddress, writeAddress } from '@gatehouse/contract';
import { type Params, pxgError, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import type { DeviceAnswer, DeviceRecord } from '../../devices/index.ts';
import { startAction } from '../actions.ts';
import { readContext } from '../context.ts';
import { refuseOthers, requireGroup, requireHostIds, unassignedGroupOf } from '../given.ts';
import { hostRow, writableHostAttributes } from '../host-attributes.ts';
import { isHostId } from '../host-id.ts';
import type { Call, Method, MethodClass } from '../method.ts';

const read = (run: Method['run']): Method => ({ needs: 'devices:read', run });
const write = (audit: string, run: Method['run']): Method => ({ needs: 'devices:write', audit, run });

/** Names and comments as long as the console allows them. */
const MOST_NAME = 256;
const MOST_COMMENT = 2000;
/** More names at once than any program moves; each is looked for in five ways. */
const MOST_NAMES = 10_000;

/** So many devices stand in one line of the audit trail; the number of all is told. */
const MOST_IN_LINE = 1000;

interface Place {
  id: string;
  tenantId: string;
  groupId: number;
  name: string;
}

/** Which devices a write was about, and where they were. */
const auditDevices = (call: Call, devices: readonly Place[], after?: object): void => {
  const [tenantId, ...others] = new Set(devices.map((device) => device.tenantId));
  call.audit({
    ...(tenantId !== undefined && others.length === 0 && { tenantId }),
    before: {
      count: devices.length,
      devices: devices.slice(0, MOST_IN_LINE).map(({ id, name, groupId }) => ({ id, name, groupId })),
    },
    ...(after && { after }),
  });
};

/** @throws PxgError 1186 */
export const hostOf = async (call: Call, argument = 'strHostName'): Promise<DeviceRecord> => {
  const id = required(call.args.string(argument), argument);
  const host = isHostId(id) ? await call.administration.devicesOf(call.login.scope()).find(id) : null;
  if (!host) throw pxgError('notFound', `There is no host ${id}`);
  return host;
};

const text = (value: string | undefined, name: string, most: number): string | undefined => {
  if (value !== undefined && value.length > most) throw pxgError('badFormat', `${name} has at most ${most} characters`);
  return value?.trim();
};

const addHost = write('device.added', async (call) => {
  const given = required(call.args.params('pInfo'), 'pInfo');
  const info = readArguments(given);
  const of = (name: string) => text(info.string(name), `pInfo.${name}`, MOST_NAME) ?? '';
  const name = of('KLHST_WKS_DN');
  if (name === '') throw pxgError('badFormat', 'pInfo.KLHST_WKS_DN: the argument is missing');
  const context = await readContext(call, call.login.scope());
  const group = requireGroup(context, required(info.long('KLHST_WKS_GROUPID'), 'pInfo.KLHST_WKS_GROUPID'));
  const [dnsName, dnsDomain, windowsName] = [
    of('KLHST_WKS_DNSNAME'),
    of('KLHST_WKS_DNSDOMAIN'),
    of('KLHST_WKS_WINHOSTNAME'),
  ];
  const settable = [
    'KLHST_WKS_DN',
    'KLHST_WKS_GROUPID',
    'KLHST_WKS_WINDOMAIN',
    'KLHST_WKS_WINHOSTNAME',
    'KLHST_WKS_DNSDOMAIN',
    'KLHST_WKS_DNSNAME',
    'KLHST_WKS_COMMENT',
  ];
  refuseOthers(given, settable, {}, 'pInfo');
  const added = {
    tenantId: group.tenantId,
    groupId: group.id,
    name,
    hostname: windowsName || dnsName || name,
    fqdn: dnsName && dnsDomain ? `${dnsName}.${dnsDomain}` : dnsName,
    windowsDomain: of('KLHST_WKS_WINDOMAIN'),
    comment: text(info.string('KLHST_WKS_COMMENT'), 'pInfo.KLHST_WKS_COMMENT', MOST_COMMENT) ?? '',
  };
  const id = await call.administration.writes.devices.add(added);
  call.audit({ tenantId: group.tenantId, after: { id, name, groupId: group.id } });
  return { PxgRetVal: id };
});

const updateHost = write('device.changed', async (call) => {
  const host = await hostOf(call);
  const scope = call.login.scope();
  const given = required(call.args.params('pInfo'), 'pInfo');
  const info = readArguments(given);
  const context = await readContext(call, scope);
  refuseOthers(given, writableHostAttributes, hostRow(host, [], context), 'pInfo');
  const name = text(info.string('KLHST_WKS_DN'), 'pInfo.KLHST_WKS_DN', MOST_NAME);
  if (name === '') throw pxgError('badFormat', 'pInfo.KLHST_WKS_DN: a host has a name');
  const groupId = info.long('KLHST_WKS_GROUPID');
  if (groupId !== undefined) requireGroup(context, groupId);
  const change = {
    name,
    comment: text(info.string('KLHST_WKS_COMMENT'), 'pInfo.KLHST_WKS_COMMENT', MOST_COMMENT),
    ...(groupId !== undefined && groupId !== host.group_id && { groupId }),
  };
  await call.administration.writes.devices.change(scope, host.id, change);
  const { id, tenant_id: tenantId, group_id: before, comment } = host;
  call.audit({ tenantId, before: { id, name: host.name, comment, groupId: before }, after: change });
  return {};
});

const removeHost = write('device.deleted', async (call) => {
  const host = await hostOf(call);
  auditDevices(call, await call.administration.writes.devices.remove(call.login.scope(), [host.id], () => null));
  return {};
});

/** By force their records go; else only of those that lie under Unassigned, where the others go. */
const removeHosts = write('devices.deleted', async (call) => {
  const ids = requireHostIds(required(call.args.strings('pHostNames'), 'pHostNames'));
  const isForced = call.args.boolean('bForceDestroy') ?? false;
  const context = await readContext(call, call.login.scope());
  const before = await call.administration.writes.devices.remove(call.login.scope(), ids, ({ tenantId, groupId }) =>
    isForced || context.unassignedGroupIds.includes(groupId)
      ? null
      : (unassignedGroupOf(context, tenantId)?.id ?? null),
  );
  auditDevices(call, before, { isForced });
  return {};
});

const moveHostsToGroup = write('devices.moved', async (call) => {
  const { id } = requireGroup(
    await readContext(call, call.login.scope()),
    required(call.args.long(['nGroup', 'nGroupId']), 'nGroup'),
  );
  const ids = requireHostIds(call.args.strings('pHostNames') ?? []);
  auditDevices(call, await call.administration.writes.devices.move(call.login.scope(), ids, id), { groupId: id });
  return {};
});

const moveHostsFromGroupToGroup = write('devices.moved', async (call) => {
  const context = await readContext(call, call.login.scope());
  const from = requireGroup(context, required(call.args.long('nSrcGroupId'), 'nSrcGroupId'));
  const to = requireGroup(context, required(call.args.long('nDstGroupId'), 'nDstGroupId'));
  if (from.tenantId !== to.tenantId)
    throw pxgError('notPermitted', 'The groups are on two virtual servers; hosts do not move between them');
  call.audit({ tenantId: from.tenantId, before: { groupId: from.id }, after: { groupId: to.id } });
  return actionReply(
    await startAction(call, async () => {
      await call.administration.writes.devices.empty(from.tenantId, from.id, to.id);
      return {};
    }),
  );
});

/** Both keys: a public client reads the second, the documentation has the first. */
export const actionReply = (id: string): Params => ({ strActionGuid: id, wstrActionGuid: id });

/** What a host may be called by, the surest first (KSCAPI 13, ResolveAndMoveToGroup). */
const waysOf = (word: string): ((host: DeviceAnswer) => boolean)[] => {
  const folded = word.toLowerCase();
  const address = isIP(word) === 0 ? null : readAddress(word);
  const written = address && writeAddress(address);
  return [
    (host) => written !== null && host.addresses.includes(written),
    (host) => host.id === folded,
    (host) => host.name.toLowerCase() === folded,
    (host) => host.hostname.toLowerCase() === folded,
    (host) => host.fqdn.toLowerCase() === folded || host.fqdn.toLowerCase().split('.')[0] === folded,
  ];
};

const resolveAndMoveToGroup = write('devices.moved', async (call) => {
  const info = readArguments(required(call.args.params('pInfo'), 'pInfo'));
  const words = (required(info.strings('KLHST_WKS_ANYNAME'), 'pInfo.KLHST_WKS_ANYNAME') ?? []).map((word) =>
    word.trim(),
  );
  if (words.length > MOST_NAMES) throw pxgError('limitViolation', `At most ${MOST_NAMES} names at once`);
  const group = requireGroup(
    await readContext(call, call.login.scope()),
    required(info.long('KLHST_WKS_GROUPID'), 'pInfo.KLHST_WKS_GROUPID'),
  );
  const { administration } = call;
  const searched = words.flatMap((word) => {
    const address = isIP(word) === 0 ? null : readAddress(word);
    return address ? [word, writeAddress(address)] : [word];
  });
  // Names are the group's server's own: another client may well have a host of the same name.
  const hosts = await administration.notedOf([group.tenantId]).calledBy([...new Set(searched)]);
  const moving = words.map((word) => {
    if (word === '') return null;
    for (const is of waysOf(word)) {
      const found = hosts.filter(is);
      // Of two hosts with one name nobody can tell which is meant.
      if (found.length > 0) return found.length === 1 ? (found[0]?.id ?? null) : null;
    }
    return null;
  });
  const ids = [...new Set(moving.filter((id) => id !== null))];
  if (ids.length > 0) {
    const before = await administration.writes.devices.move([group.tenantId], ids, group.id);
    auditDevices(call, before, { groupId: group.id });
  }
  return { pResults: { KLHST_WKS_RESULTS: moving.map((id) => id !== null) } };
});

const zeroVirusCountForHosts = write('device.virus-counter-reset', async (call) => {
  const ids = requireHostIds(call.args.strings('pHostNames') ?? []);
  call.audit({ after: { count: ids.length, devices: ids.slice(0, MOST_IN_LINE) } });
  return actionReply(
    await startAction(call, async () => {
      await call.administration.writes.devices.resetVirusCounts(call.login.scope(), { ids });
      return {};
    }),
  );
});

/** Of the group and of all below it. */
const zeroVirusCountForGroup = write('device.virus-counter-reset', async (call) => {
  const context = await readContext(call, call.login.scope());
  const group = requireGroup(context, required(call.args.long(['nParent', 'nGroupId']), 'nParent'));
  const groupIds = context.withSubgroups(group.id);
  call.audit({ tenantId: group.tenantId, after: { groupId: group.id, withSubgroups: true } });
  return actionReply(
    await startAction(call, async () => {
      await call.administration.writes.devices.resetVirusCounts(call.login.scope(), { groupIds });
      return {};
    }),
  );
});

/** HostGroup: hosts (KSCAPI 13 to 16). */
export const hostMethods: MethodClass = {
  GetHostInfo: read(async (call) => {
    const fields = call.args.strings('pFields2Return') ?? [];
    const host = await hostOf(call);
    return { PxgRetVal: hostRow(host, fields, await readContext(call, call.login.scope())) };
  }),
  AddHost: addHost,
  UpdateHost: {
    ...updateHost,
    note: '`KLHST_WKS_DN`, `KLHST_WKS_COMMENT` and `KLHST_WKS_GROUPID`; what else is given must be as it is, else 1193',
  },
  RemoveHost: removeHost,
  RemoveHosts: removeHosts,
  MoveHostsToGroup: moveHostsToGroup,
  MoveHostsFromGroupToGroup: moveHostsFromGroupToGroup,
  ResolveAndMoveToGroup: {
    ...resolveAndMoveToGroup,
    note: 'Among the hosts of the group’s virtual server; a name that two hosts have moves none',
  },
  ZeroVirusCountForHosts: zeroVirusCountForHosts,
  ZeroVirusCountForGroup: zeroVirusCountForGroup,
};
