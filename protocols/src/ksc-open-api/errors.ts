/**
 * The PxgError of the protocol: an application error that travels in an HTTP 200 reply, and the named
 * errors of this package that become one.
 */
import type { Json } from './values.ts';

/**
 * The published error codes. One code may carry several vendor names (1194 is GCR_NO_SUCH_CALL and STDE_NOFUNC).
 * Source: KSC Open API pages "Errors" (versions 13 and 15).
 */
export const pxgCodes = {
  settingsNotExist: { code: 1125, module: 'KLPRSS', name: 'NOT_EXIST' },
  noAccess: { code: 1184, module: 'KLSTD', name: 'STDE_NOACCESS' },
  notFound: { code: 1186, module: 'KLSTD', name: 'STDE_NOTFOUND' },
  badFormat: { code: 1192, module: 'KLSTD', name: 'STDE_BADFORMAT' },
  notPermitted: { code: 1193, module: 'KLSTD', name: 'STDE_NOTPERM' },
  noSuchCall: { code: 1194, module: 'KLCONN', name: 'GCR_NO_SUCH_CALL' },
  /** Subcode 1: application pending, 2: I/O suspended. */
  unavailable: { code: 1195, module: 'KLSTD', name: 'STDE_UNAVAIL' },
  /** Subcode: id of the limit, or -1. */
  limitViolation: { code: 1229, module: 'KLSTD', name: 'LIMIT_VIOLATION' },
  noSuchClient: { code: 1445, module: 'KLWAT', name: 'NO_SUCH_CLIENT' },
  logonFailed: { code: 1453, module: 'KLWAT', name: 'LOGON_IFAILED' },
  webTokenFailed: { code: 1454, module: 'KLWAT', name: 'BA_WEB_TOKEN_FAILED' },
  fileNotFound: { code: 1681, module: 'KLFT', name: 'FILE_NOT_FOUND' },
  accountBlocked: { code: 2013, module: 'SPL', name: 'ACCOUNT_BLOCKED' },
  licence: { code: 2351, module: 'KLOLA', name: 'LICENCE' },
} as const satisfies Record<string, { code: number; module: string; name: string }>;
export type PxgCodeName = keyof typeof pxgCodes;

/** Localised text of an error: `format` has the placeholders %1, %2 ... that `args` fill. */
export interface LocalizedText {
  formatId: number;
  format: string;
  locmodule: string;
  args: string[];
}

/** An application error of the protocol, on either side of the wire. */
export class PxgError extends Error {
  override readonly name = 'PxgError';
  /** The number of `pxgCodes`; a real server may send others. */
  readonly code: number;
  readonly subcode: number;
  readonly module: string;
  /** Where the server says that it failed. A server of one's own sends a constant, so that no internals leak. */
  readonly file: string;
  readonly line: number;
  readonly locdata: LocalizedText | undefined;

  constructor(
    error: {
      code: number;
      message: string;
      subcode?: number | undefined;
      module?: string | undefined;
      file?: string | undefined;
      line?: number | undefined;
      locdata?: LocalizedText | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(error.message, options);
    this.code = error.code;
    this.subcode = error.subcode ?? 0;
    this.module = error.module ?? moduleOf(error.code);
    this.file = error.file ?? 'KscOpenApi';
    this.line = error.line ?? 1;
    this.locdata = error.locdata;
  }
}

/** A PxgError by its name in `pxgCodes`, for instance `pxgError('notFound', 'No group has the id 77')`. */
export const pxgError = (
  name: PxgCodeName,
  message: string,
  more: { subcode?: number; file?: string; locdata?: LocalizedText } = {},
): PxgError => new PxgError({ ...pxgCodes[name], ...more, message });

/** What came in does not have the form that the protocol asks for. A server answers it as PxgError 1192. */
export class BadFormat extends Error {
  override readonly name: string = 'BadFormat';
  readonly code: string = 'ksc_open_api.bad_format';
  readonly pxgCode = pxgCodes.badFormat.code;
  /** The argument or member, for instance `pInfo.KLHST_WKS_DN`; empty when it is the whole. */
  readonly where: string;

  constructor(what: string, where = '', options?: ErrorOptions) {
    super(where === '' ? what : `${where}: ${what}`, options);
    this.where = where;
  }

  /** @param file what the reply names as the place; a class name of the protocol does well */
  toPxgError(file?: string): PxgError {
    return new PxgError({ ...pxgCodes.badFormat, message: this.message, file }, { cause: this });
  }
}

/** Our own side tried to send a value that the protocol has no form for: a mistake in the calling program. */
export class UnencodableValue extends Error {
  override readonly name = 'UnencodableValue';
  readonly code = 'ksc_open_api.unencodable_value';
}

/** Body of the reply. All six members are always there: a public client crashes when one is missing. */
export const toPxgErrorBody = (error: PxgError): { PxgError: { [member: string]: Json } } => ({
  PxgError: {
    code: error.code,
    subcode: error.subcode,
    module: error.module,
    file: error.file,
    line: error.line,
    message: error.message,
    ...(error.locdata && {
      locdata: {
        type: 'params',
        value: {
          'format-id': error.locdata.formatId,
          format: error.locdata.format,
          locmodule: error.locdata.locmodule,
          args: error.locdata.args,
        },
      },
    }),
  },
});

/**
 * Reads the error out of a reply's JSON. Members that are missing or of a wrong type get natural empties, since
 * an error that cannot be read must still be an error.
 *
 * @returns undefined when the reply holds no error
 */
export const parsePxgError = (body: unknown): PxgError | undefined => {
  if (!isObject(body) || !Object.hasOwn(body, 'PxgError')) return undefined;
  const found = body.PxgError;
  if (!isObject(found)) {
    return new PxgError({ code: 0, message: typeof found === 'string' ? found : 'The error has no description' });
  }
  const locdata = locdataOf(found.locdata);
  const code = numberOr(found.code, 0);
  const message = stringOr(found.message, '');
  return new PxgError({
    code,
    subcode: numberOr(found.subcode, 0),
    module: typeof found.module === 'string' ? found.module : undefined,
    file: stringOr(found.file, ''),
    line: numberOr(found.line, 0),
    message: message !== '' ? message : locdata ? localizedMessage(locdata) : `Error ${code}`,
    locdata,
  });
};

/** The text with its placeholders filled; a placeholder without an argument stays as it is. */
export const localizedMessage = ({ format, args }: LocalizedText): string =>
  format.replace(/%(\d{1,2})/g, (placeholder, number) => args[Number(number) - 1] ?? placeholder);

const locdataOf = (value: unknown): LocalizedText | undefined => {
  if (!isObject(value)) return undefined;
  const inner = value.type === 'params' && isObject(value.value) ? value.value : value;
  if (typeof inner.format !== 'string') return undefined;
  return {
    formatId: numberOr(inner['format-id'], 0),
    format: inner.format,
    locmodule: stringOr(inner.locmodule, ''),
    args: Array.isArray(inner.args) ? inner.args.map(String) : [],
  };
};

const moduleOf = (code: number): string =>
  Object.values(pxgCodes).find((known) => known.code === code)?.module ?? 'KLSTD';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
const stringOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
