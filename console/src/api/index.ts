/** The only way from the console to the server: the contract's endpoints over fetch, and the live stream. */
export { createCache, sessionKey, useAsk, useTell } from './ask.ts';
export { call, saveFile, setCsrfToken } from './call.ts';
export { useLive } from './live.ts';
