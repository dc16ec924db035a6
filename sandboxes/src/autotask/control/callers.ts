import type { FastifyRequest } from 'fastify';
import { NotLocal } from '../errors.ts';

/** @throws NotLocal for callers from other machines */
export const demandLocalCaller = ({ ip }: FastifyRequest): void => {
  if (/^(::ffff:)?127\./.test(ip) || ip === '::1') return;
  throw new NotLocal('The control API answers callers on this machine only');
};

/**
 * Web pages of other origins may not act through a visitor's browser. Programs send no Origin.
 * @throws NotLocal
 */
export const demandOwnOrigin = ({ headers }: FastifyRequest): void => {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}`) return;
  throw new NotLocal('Requests from web pages of another origin are refused');
};
