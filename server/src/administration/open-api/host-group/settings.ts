import { VisibleMinutes } from '@gatehouse/contract';
import {
  type Params,
  productIds,
  pxgError,
  readArguments,
  required,
  SERVER_AND_AGENT_VERSION,
} from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../../groups/index.ts';
import type { Rule } from '../../statuses/index.ts';
import { checkedBy, refuseOthers } from '../given.ts';
import { isHostId } from '../host-id.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { type StatusLevelName, statusChanges, statusContainer, statusContainerNames } from '../status-containers.ts';
import { doerOfLogin } from '../writes.ts';

const read = (run: Method['run']): Method => ({ needs: 'devices:read', run });
const write = (run: Method['run']): Method => ({ needs: 'statuses:write', audit: 'status-settings.changed', run });

const TYPE = 'SS_SETTINGS';
const SECTION = 'KLSRV_HOST_STATUS';
const TIMEOUT = 'KLSRV_VISIBILITY_TIMEOUT';

/** `nOption` of SS_Write. */
const options = { updateExisting: 1, addNew: 2, replace: 3, delete: 4, clearAndWrite: 7 } as const;

/** Whether settings of the server itself are meant; devices of ours have none. @throws PxgError 1186 */
const isServer = async ({ args, administration, login }: Call): Promise<boolean> => {
  const host = required(args.string('strHostName'), 'strHostName');
  if (host === administration.hierarchy.instanceId) return true;
  const device = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
  if (!device) throw pxgError('notFound', `There is no host ${host}`);
  return false;
};

const placeOf = ({ args }: Call) => ({
  type: args.string('strType') || TYPE,
  product: args.string('strProduct') ?? '',
  version: args.string('strVersion') ?? '',
  section: args.string('strSection') ?? '',
});

/** @throws PxgError 1125 for a section that is not kept here, 1186 */
const requireSection = async (call: Call): Promise<void> => {
  const { type, product, version, section } = placeOf(call);
  const isKept =
    (await isServer(call)) &&
    type === TYPE &&
    product === productIds.administrationServer &&
    version === SERVER_AND_AGENT_VERSION &&
    section === SECTION;
  if (!isKept) throw pxgError('settingsNotExist', `There are no settings ${type}/${product}/${version}/${section}`);
};

/** What is set for devices of the server that the login is for stands at its Managed devices. */
const rootOf = async ({ administration, login }: Call): Promise<{ root: Group; rules: readonly Rule[] }> => {
  const root = await administration.groupsOf(login.server.id).fixed('managed');
  return { root, rules: (await administration.statusRules())(root.path) };
};

const sectionOf = ({ administration }: Call, root: Group, rules: readonly Rule[]): Params => ({
  [statusContainerNames.critical]: statusContainer('critical', root, rules),
  [statusContainerNames.warning]: statusContainer('warning', root, rules),
  [TIMEOUT]: administration.visibleForMinutes(),
});

const ssRead = read(async (call) => {
  await requireSection(call);
  const { root, rules } = await rootOf(call);
  return { PxgRetVal: sectionOf(call, root, rules) };
});

/** Null: as the start option says. @throws PxgError 1184 */
const setVisibilityTimeout = async (call: Call, minutes: number | null): Promise<void> => {
  const { administration, login } = call;
  if (login.scope() !== 'all' || !login.user.permissions.has('server:write')) {
    throw pxgError('noAccess', `Access denied: ${TIMEOUT} is for the whole server; it asks for the right server:write`);
  }
  await administration.setVisibility(minutes, doerOfLogin(login));
};

const ssWrite = write(async (call) => {
  const { args, administration, login } = call;
  await requireSection(call);
  const option = args.int('nOption') ?? options.replace;
  if (!(Object.values(options) as number[]).includes(option)) {
    throw pxgError('badFormat', 'nOption: 1, 2, 3, 4 or 7 is needed');
  }
  if (option === options.addNew) throw pxgError('notPermitted', `${SECTION} has all its variables already`);
  const given = args.params('pSettings') ?? {};
  const info = readArguments(given);
  const { root, rules } = await rootOf(call);
  const names = Object.values(statusContainerNames);
  refuseOthers(given, [...names, TIMEOUT], {}, 'pSettings');

  const isNamed = (name: string) => Object.hasOwn(given, name);
  const isReset = (name: string) =>
    option === options.delete ? isNamed(name) : option === options.clearAndWrite && !isNamed(name);
  const containers: Partial<Record<StatusLevelName, Params>> = {};
  for (const [level, name] of Object.entries(statusContainerNames) as [StatusLevelName, string][]) {
    const container = option === options.delete ? undefined : info.params(name);
    if (container) containers[level] = container;
  }
  const timeout = option === options.delete ? undefined : info.int(TIMEOUT);
  const minutes = timeout === undefined ? undefined : checkedBy(VisibleMinutes, timeout, TIMEOUT);
  // Both levels of a condition are one setting: to be reset, both have to be.
  const settings = names.every(isReset)
    ? rules
        .filter(({ groupId }) => groupId === root.id)
        .map(({ condition }) => ({ condition: condition.key, setting: null }))
    : statusChanges(containers, root, rules);

  call.audit({
    tenantId: root.tenantId,
    before: { visibleForMinutes: administration.visibleForMinutes() },
    after: { ...(minutes !== undefined && { visibleForMinutes: minutes }), statuses: settings },
  });
  if (minutes !== undefined && minutes !== administration.visibleForMinutes())
    await setVisibilityTimeout(call, minutes);
  else if (isReset(TIMEOUT) && login.user.permissions.has('server:write')) await setVisibilityTimeout(call, null);
  if (settings.length > 0) {
    await administration.writes.groups.saveStatusSettings(root.tenantId, root.id, settings, doerOfLogin(login));
  }
  return {};
});

/** The sections of a server are fixed: none is added, none goes. */
const fixedSections = (what: string) =>
  write(async (call) => {
    await isServer(call);
    throw pxgError('notPermitted', `Sections of settings are fixed on this server; none is ${what}`);
  });

/** HostGroup: settings kept for a host, here those of the server itself (KSCAPI 14 a00231). */
export const settingMethods: MethodClass = {
  SS_Read: ssRead,
  SS_Write: { ...ssWrite, note: 'Device statuses of the login’s server; the time of visibility is for all of them' },
  SS_GetNames: read(async (call) => {
    const { type, product, version } = placeOf(call);
    if (!(await isServer(call)) || type !== TYPE) return { PxgRetVal: [] };
    if (product === '') return { PxgRetVal: [productIds.administrationServer] };
    if (product !== productIds.administrationServer) return { PxgRetVal: [] };
    if (version === '') return { PxgRetVal: [SERVER_AND_AGENT_VERSION] };
    return { PxgRetVal: version === SERVER_AND_AGENT_VERSION ? [SECTION] : [] };
  }),
  SS_CreateSection: fixedSections('added'),
  SS_DeleteSection: fixedSections('removed'),
};
