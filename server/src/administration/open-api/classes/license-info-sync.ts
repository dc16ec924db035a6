import { type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { isHostId } from '../host-id.ts';
import { keyRow, seenKeys } from '../license-attributes.ts';
import type { Call, Method, MethodClass } from '../method.ts';

const read = (run: Method['run']): Method => ({ needs: 'licenses:read', run });

/** The keys that a host says it holds for a product: serial numbers, '' for none. @throws PxgError 1186 */
const heldOn = async ({ args, login, administration }: Call): Promise<{ active: string; reserve: string }> => {
  const host = required(args.string('szwHostName'), 'szwHostName');
  const product = args.string('szwProduct');
  const version = args.string('szwVersion');
  const device = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
  if (!device) throw pxgError('notFound', `There is no host ${host}`);
  const isThere =
    (!product || device.security_product?.toLowerCase() === product.toLowerCase()) &&
    (!version || device.security_version === version);
  if (!isThere) return { active: '', reserve: '' };
  const seats = await administration.licenses.seatsOf(login.scope()).ofDevice(device.id);
  const serialOf = (how: 'active' | 'reserve') => seats.find(({ held }) => held === how)?.serialNumber ?? '';
  return { active: serialOf('active'), reserve: serialOf('reserve') };
};

/** LicenseInfoSync: licence keys of one host (KSCAPI 13, class LicenseInfoSync). */
export const licenseInfoSyncClass: MethodClass = {
  AcquireKeysForProductOnHost: read(async (call) => {
    const { active, reserve } = await heldOn(call);
    return { wstrActiveKey: active, wstrReservedKey: reserve };
  }),

  GetKeyDataForHost: read(async (call): Promise<Params> => {
    const serial = required(call.args.string('szwSerial') || undefined, 'szwSerial').toUpperCase();
    const { active, reserve } = await heldOn(call);
    const seen = [active, reserve].includes(serial)
      ? (await seenKeys(call)).find(({ key }) => key.serialNumber === serial)
      : undefined;
    if (!seen) throw pxgError('notFound', `The host does not hold the licence key ${serial}`);
    return { PxgRetVal: keyRow(seen, []) };
  }),
};
