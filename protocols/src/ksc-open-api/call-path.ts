/** The URL of a call: `/api/v1.0/<Class>.<Method>` or `/api/v1.0/<Instance>.<Class>.<Method>`. */

export const API_PREFIX = '/api/v1.0/';
export const LOGIN_PATH = '/api/v1.0/login';

/** Default TCP port of the protocol. */
export const DEFAULT_PORT = 13299;

export interface CallName {
  /** Empty for everything on the Administration Server itself. */
  instance: string;
  className: string;
  method: string;
}

/** @param path without query @returns undefined when it is no call (the login path is none) */
export const parseCallPath = (path: string): CallName | undefined => {
  if (!path.startsWith(API_PREFIX)) return undefined;
  const parts = path.slice(API_PREFIX.length).split('.');
  const method = parts.pop() ?? '';
  const className = parts.pop() ?? '';
  return isName(method) && isName(className) ? { instance: parts.join('.'), className, method } : undefined;
};

const isName = (text: string): boolean => /^\w{1,100}$/.test(text);
