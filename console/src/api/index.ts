/** The only way from the console to the server: the contract's endpoints over fetch, and the live stream. */
export { createCache, sessionKey, useAsk, useTell } from './ask.ts';
export { addressOf, call, setCsrfToken } from './call.ts';
export { type LiveState, useLive } from './live.ts';
