import {
  dateTime,
  type Params,
  type ParamValue,
  pxgError,
  readArguments,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import { mayChange, settingsOf } from '../../licenses/index.ts';
import { readContext } from '../context.ts';
import { keyAttributes, keyRow, type SeenKey, seenKeys } from '../license-attributes.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { doerOfLogin } from '../writes.ts';
import { keepForward } from './group-sync-iterator.ts';

const read = (run: Method['run']): Method => ({ needs: 'licenses:read', run });
const HOSTS_AT_ONCE = 500;
const MOST_KEYS = 10_000;

/** @throws PxgError 1186 */
const keyOf = async (call: Call, member: string): Promise<SeenKey> => {
  const info = readArguments(required(call.args.params(member), member));
  const serial = required(info.string('KLLIC_SERIAL'), `${member}.KLLIC_SERIAL`).toUpperCase();
  const found = (await seenKeys(call)).find(({ key }) => key.serialNumber === serial);
  if (!found) throw pxgError('notFound', `There is no licence key ${serial}`);
  return found;
};

const plain = (value: ParamValue): string | number =>
  typeof value === 'number' || typeof value === 'string'
    ? value
    : typeof value === 'object' && 'value' in value
      ? String(value.value)
      : String(value);

const enumKeys = read(async (call) => {
  const fields = call.args.strings('pFields') ?? [];
  // Names alone, as the documentation has them; the entries of other methods' orders are taken too.
  const order = (call.args.list('pFieldsToOrder') ?? []).flatMap((entry) => (typeof entry === 'string' ? [entry] : []));
  const seen = (await seenKeys(call)).slice(0, MOST_KEYS);
  seen.sort((a, b) => {
    for (const name of order) {
      const attribute = Object.hasOwn(keyAttributes, name) ? keyAttributes[name] : undefined;
      if (!attribute) continue;
      const [left, right] = [plain(attribute(a)), plain(attribute(b))];
      if (left !== right) return left < right ? -1 : 1;
    }
    return a.key.serialNumber < b.key.serialNumber ? -1 : 1;
  });
  let at = 0;
  const wstrIterator = keepForward(
    call,
    newHandle(),
    async (count) => {
      const rows = seen.slice(at, at + count).map((one) => keyRow(one, fields));
      at += rows.length;
      return rows;
    },
    call.args.int('lTimeoutSec'),
  );
  return { lKeyCount: seen.length, wstrIterator };
});

const acquireKeyHosts = read(async (call) => {
  const { args, administration, login } = call;
  const { key, counts } = await keyOf(call, 'pInData');
  const scope = login.scope();
  const fields = args.strings('pFields') ?? [];
  const seats = administration.licenses.seatsOf(scope);
  const search = administration.searchOf(scope);
  const { groupNames } = await readContext(call, scope);

  let after: string | undefined;
  let isOver = false;
  const waiting: Params[] = [];
  /** Seats page by page: those of a hundred thousand hosts never lie in memory. */
  const fill = async (wanted: number): Promise<void> => {
    while (waiting.length < wanted && !isOver) {
      const page = await seats.page(key.serialNumber, after === undefined ? {} : { afterId: after }, HOSTS_AT_ONCE);
      isOver = page.length < HOSTS_AT_ONCE;
      after = page.at(-1)?.deviceId ?? after;
      const held = page.filter((seat) => seat.held !== null);
      const hosts = new Map((await search.byIds(held.map(({ deviceId }) => deviceId))).map((host) => [host.id, host]));
      for (const seat of held) {
        const host = hosts.get(seat.deviceId);
        if (!host) continue;
        const row: Params = {
          KLLICSRV_HOSTNAME: host.id,
          KLLICSRV_HOSTDN: host.name,
          KLLICSRV_HOST_GRPID: String(host.group_id),
          KLLICSRV_HOST_GRPNAME: groupNames.get(host.group_id) ?? '',
          KLLICSRV_HOST_CURRENT: seat.held === 'active',
          KLLICSRV_EXPIRATION_TIME: dateTime(key.expiresAt),
          KLLICSRV_INSTALL_TIME: dateTime(seat.installedAt),
          KLLICSRV_PRODUCT: host.security_product,
          KLLICSRV_VERSION: host.security_version,
          KLLIC_LIC_IS_PENDING_SUBSCRIPTION: false,
        };
        const wantedNames = Object.entries(row).filter(([name]) => fields.length === 0 || fields.includes(name));
        waiting.push(Object.fromEntries(wantedNames));
      }
    }
  };
  const wstrIterator = keepForward(
    call,
    newHandle(),
    async (count) => {
      await fill(count);
      return waiting.splice(0, count);
    },
    args.int('lTimeoutSec'),
  );
  return { lKeyCount: counts.used + counts.reserved, wstrIterator };
});

const getKeyData = read(async (call) => {
  const { key, counts } = await keyOf(call, 'pKeyInfo');
  const asked = Object.keys(required(call.args.params('pKeyInfo'), 'pKeyInfo'));
  // The serial number names the key; asked for alone it asks for all that is known.
  const fields = asked.filter((name) => name !== 'KLLICSRV_KEYDATA');
  if (asked.includes('KLLICSRV_KEYDATA'))
    throw pxgError('noAccess', 'Access denied: the body of a key is kept sealed and never shown');
  return { PxgRetVal: keyRow({ key, counts }, fields.length > 1 ? fields : []) };
});

/** A key that the caller may change, as in the console. @throws PxgError 1186, 1184 */
const changeable = async (call: Call, member: string): Promise<SeenKey['key']> => {
  const { key } = await keyOf(call, member);
  const scope = call.login.scope();
  if (mayChange({ tenantIds: scope === 'all' ? null : scope }, key)) return key;
  throw pxgError(
    'noAccess',
    'Access denied: this key belongs to the main server; log in there, as a user of all clients',
  );
};
const write = (audit: string, run: Method['run']): Method => ({ needs: 'licenses:write', audit, run });

/** LicenseKeys: licence keys and the hosts that hold them (KSCAPI 13 to 16, class LicenseKeys). */
export const licenseKeysClass: MethodClass = {
  EnumKeys: enumKeys,
  AcquireKeyHosts: acquireKeyHosts,
  GetKeyData: getKeyData,
  AdjustKey: write('license.changed', async (call) => {
    const key = await changeable(call, 'pData');
    const data = readArguments(call.args.params('pData') ?? {});
    const automatic = required(data.boolean('KLLICSRV_AUTOKEY'), 'pData.KLLICSRV_AUTOKEY');
    const changed = { settings: { ...settingsOf(key), automatic }, activationCode: undefined };
    await call.administration.licenses.writes.change(key.id, changed, doerOfLogin(call.login));
    return {};
  }),
  UninstallKey: write('license.deleted', async (call) => {
    const key = await changeable(call, 'pKeyInfo');
    await call.administration.licenses.writes.remove(key.id, doerOfLogin(call.login));
    return {};
  }),
};
