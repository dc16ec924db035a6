/**
 * The KSC Open API: JSON over HTTPS, `POST /api/v1.0/<Class>.<Method>`, default port 13299. For both ends:
 * a codec, the filter language, errors, headers and constants, and a client for any server that speaks it.
 * It keeps no state of its own and owns no table.
 */
export {
  type ArgumentName,
  type ArgumentReader,
  orderParams,
  readArguments,
  required,
  type SortField,
} from './arguments.ts';
export {
  type Authorization,
  type BasicAuthorization,
  buildAuthorization,
  buildVirtualServer,
  decodeDomain,
  parseAuthorization,
  parseVirtualServer,
} from './auth.ts';
export { API_PREFIX, type CallName, DEFAULT_PORT, LOGIN_PATH, parseCallPath } from './call-path.ts';
export type { ActionOptions, Report, ReportWish } from './client/actions.ts';
export { type KscClient, type KscClientOptions, openKscClient } from './client/client.ts';
export type { ToldCall } from './client/connection.ts';
export { type Call, type CallOptions, parseServerUrl } from './client/connection.ts';
export {
  ActionFailed,
  CertificateMismatch,
  FileUnavailable,
  IncompleteRead,
  KscUnreachable,
  LoginFailed,
  NotOpenApi,
  ProxyRefused,
} from './client/errors.ts';
export type { EventBlock, EventSearch, HostOfEvents } from './client/methods/events.ts';
export type { KeySearch } from './client/methods/licenses.ts';
export type { ActionState } from './client/methods/reports.ts';
export type { ViewSearch } from './client/methods/result-sets.ts';
export type { Search } from './client/methods/search.ts';
export type { HistorySearch, HostStateSearch, TaskSearch } from './client/methods/tasks.ts';
export type { WebProxy } from './client/proxy.ts';
export type { ReadOptions } from './client/readers.ts';
export {
  connectTrusted,
  normalizeFingerprint,
  type PresentedCertificate,
  presentedCertificate,
  type ServerAddress,
  type Trust,
} from './client/trust.ts';
export * from './constants.ts';
export { decodeTopLevel, decodeValue, MAX_DECODE_DEPTH } from './decode.ts';
export { encodeInside, encodeTopLevel } from './encode.ts';
export {
  BadFormat,
  type LocalizedText,
  localizedMessage,
  type PxgCodeName,
  PxgError,
  parsePxgError,
  pxgCodes,
  pxgError,
  toPxgErrorBody,
  UnencodableValue,
} from './errors.ts';
export * from './filter/index.ts';
export {
  type ArgumentType,
  type ClassSpec,
  callFaults,
  findMethod,
  type MethodSpec,
  methodsTable,
  type Tier,
} from './methods/index.ts';
export { type PlainRow, type PlainValue, toPlainRow, toPlainValue } from './plain.ts';
export { formatDateTime, parseDateTime } from './times.ts';
export {
  type AnyTyped,
  type Binary,
  binary,
  type DateOnly,
  type DateTime,
  type Double,
  dateOnly,
  dateTime,
  double,
  type Float,
  float,
  isParams,
  type Json,
  type Long,
  long,
  type ParamArray,
  type Params,
  type ParamValue,
  Typed,
  type TypedValues,
  type TypeName,
} from './values.ts';
