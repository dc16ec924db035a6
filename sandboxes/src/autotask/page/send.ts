import type { FastifyReply } from 'fastify';
import type { Scalar } from '../entities/entity.ts';

export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export const sendPage = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply.code(status).headers(SECURITY_HEADERS).type('text/html; charset=utf-8').send(page);

/** A value as people read it; nothing is an empty text. */
export const text = (value: Scalar | undefined): string => (value === null || value === undefined ? '' : String(value));
