import { getDevice, listDevices } from '@gatehouse/contract';
import { afterEach, expect, it, vi } from 'vitest';
import { addressOf, call, setCsrfToken } from './call.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  setCsrfToken(null);
});

it('fills in the path and repeats lists; nothing of a value can leave its place', () => {
  expect(addressOf(getDevice, { params: { deviceId: '../x?y' } })).toBe('/api/devices/..%2Fx%3Fy');
  expect(addressOf(listDevices, { query: { status: ['ok', 'warning'], text: 'a b&c', after: undefined } })).toBe(
    '/api/devices?status=ok&status=warning&text=a+b%26c',
  );
  expect(() => addressOf(getDevice, { params: {} })).toThrow('deviceId');
});

it('says what to do when no answer comes', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  await expect(call(listDevices, {})).rejects.toMatchObject({
    code: 'network.unreachable',
    retryable: true,
    status: 0,
  });
});

it('keeps the words and the code of the server, and makes its own for a proxy that speaks HTML', async () => {
  const problem = { code: 'device.busy', message: 'Wait', issues: [], retryable: true, requestId: 'r1' };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(problem), { status: 409 })));
  await expect(call(listDevices, {})).rejects.toMatchObject({ ...problem, status: 409 });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>Bad gateway</html>', { status: 502 })));
  await expect(call(listDevices, {})).rejects.toMatchObject({ code: 'http.502', retryable: true });
});
