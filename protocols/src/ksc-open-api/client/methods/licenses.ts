import type { PlainRow } from '../../plain.ts';
import type { Call, CallOptions } from '../connection.ts';
import { type ReplyReaders, read } from '../replies.ts';
import { DEFAULT_LIFETIME_SEC } from './search.ts';

export interface KeySearch {
  fields: readonly string[];
  /** Names of attributes, ascending. */
  order?: readonly string[] | undefined;
  /** Only keys in the server's own storage, not those that products alone told of. */
  isInstalledOnly?: boolean | undefined;
  lifetimeSec?: number | undefined;
}

/** LicenseKeys: the licence keys of the server and the hosts that use them. */
export const licenseKeysMethods = (search: Call, { row }: ReplyReaders) => {
  const iterate = async (method: string, args: Parameters<Call>[1], options?: CallOptions) => {
    const reply = await search(method, args, options);
    return {
      iterator: read(method, reply, (members) => members.string('wstrIterator')),
      count: read(method, reply, (members) => members.int('lKeyCount')),
    };
  };
  return {
    enumKeys: ({ fields, order, isInstalledOnly, lifetimeSec }: KeySearch, options?: CallOptions) =>
      iterate(
        'LicenseKeys.EnumKeys',
        {
          pFields: fields,
          pFieldsToOrder: order ?? [],
          pOptions: { KLLICSRV_ENOPT_INSTALLED_ONLY: isInstalledOnly },
          lTimeoutSec: lifetimeSec ?? DEFAULT_LIFETIME_SEC,
        },
        options,
      ),
    acquireKeyHosts: (serial: string, { fields, order, lifetimeSec }: KeySearch, options?: CallOptions) =>
      iterate(
        'LicenseKeys.AcquireKeyHosts',
        {
          pInData: { KLLIC_SERIAL: serial },
          pFields: fields,
          pFieldsToOrder: order ?? [],
          pOptions: {},
          lTimeoutSec: lifetimeSec ?? DEFAULT_LIFETIME_SEC,
        },
        options,
      ),
    /** Attributes of one key, never its body. */
    getKeyData: (serial: string, fields: readonly string[], options?: CallOptions): Promise<PlainRow> =>
      row(
        'LicenseKeys.GetKeyData',
        // Every wanted attribute is named with any value; the serial says which key.
        { pKeyInfo: { ...Object.fromEntries(fields.map((field) => [field, ''])), KLLIC_SERIAL: serial } },
        options,
      ),
  };
};
