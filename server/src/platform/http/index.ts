/**
 * The HTTP server: endpoints of the contract in, checked and recorded calls out. Owns no table; who may do what and
 * where audit lines go is handed in.
 */
export { type Actor, type Authenticator, type Credentials, type Doer, doerOf } from './actor.ts';
export { serveDocs } from './docs-page.ts';
export { CannotListen, PortTaken } from './errors.ts';
export { createHttp, type HttpOptions } from './http.ts';
export { serveLive } from './live-stream.ts';
export { fileRoute, route } from './route.ts';
export type {
  AuditLine,
  AuditWords,
  CallReply,
  CallRequest,
  FileReply,
  Handler,
  HandlerInput,
  Http,
  RouteOptions,
} from './types.ts';
