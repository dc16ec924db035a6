import type { FastifyRequest } from 'fastify';
import { NotLocal } from '../errors.ts';

const LOCAL_ADDRESS = /^(::ffff:)?127\.|^::1$/;
const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Only callers on this machine, and only by a name of this machine: a web page that points its own name here is foreign.
 * @throws NotLocal
 */
export const demandLocalCaller = ({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): void => {
  if (LOCAL_ADDRESS.test(ip) && LOCAL_HOST.test(headers.host ?? '')) return;
  throw new NotLocal('The control API answers callers on this machine only');
};

/**
 * Web pages of other origins may not act through a visitor's browser. Programs send no Origin.
 * @throws NotLocal
 */
export const demandOwnOrigin = ({ headers }: Pick<FastifyRequest, 'headers'>): void => {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}`) return;
  throw new NotLocal('Requests from web pages of another origin are refused');
};
