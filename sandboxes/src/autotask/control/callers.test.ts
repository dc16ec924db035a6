import { describe, expect, test } from 'vitest';
import { NotLocal } from '../errors.ts';
import { demandLocalCaller } from './callers.ts';

describe('the control API is for this machine only', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1:9080'],
    ['::1', '[::1]:9080'],
    ['::ffff:127.0.0.1', 'localhost:9080'],
    ['127.0.0.1', 'localhost'],
  ])('a caller from %s to %s may', (ip, host) => {
    expect(() => demandLocalCaller({ ip, headers: { host } })).not.toThrow();
  });

  test.each([
    ['192.0.2.7', '127.0.0.1:9080'],
    ['::ffff:192.0.2.7', 'localhost:9080'],
    ['127.0.0.1', 'rebound.example:9080'],
    ['127.0.0.1', 'localhost.example'],
    ['2001:db8::1', '[::1]:9080'],
    ['127.0.0.1', undefined],
  ])('a caller from %s to %s may not', (ip, host) => {
    expect(() => demandLocalCaller({ ip, headers: { host } })).toThrow(NotLocal);
  });
});
