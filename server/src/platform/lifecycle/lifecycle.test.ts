import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog } from '../log/index.ts';
import { createLifecycle } from './lifecycle.ts';

const log = createLog({ level: 'silent' });

test('what was started last stops first, and each once', async () => {
  const lifecycle = createLifecycle({ log });
  const stopped: string[] = [];
  lifecycle.onStop('store', () => void stopped.push('store'));
  lifecycle.onStop('http', async () => {
    await sleep(5);
    stopped.push('http');
  });
  expect(await Promise.all([lifecycle.stop('test'), lifecycle.stop('again')])).toEqual([true, true]);
  expect(stopped).toEqual(['http', 'store']);
});

test('a part that fails does not keep the others running', async () => {
  const lifecycle = createLifecycle({ log });
  const stopped: string[] = [];
  lifecycle.onStop('store', () => void stopped.push('store'));
  lifecycle.onStop('broken', () => {
    throw new Error('broken');
  });
  expect(await lifecycle.stop('test')).toBe(false);
  expect(stopped).toEqual(['store']);
});

test('a part that hangs is left behind when the time is up', async () => {
  const lifecycle = createLifecycle({ log, limitMs: 50 });
  const stopped: string[] = [];
  lifecycle.onStop('store', () => void stopped.push('store'));
  lifecycle.onStop('hanging', () => new Promise<void>(() => {}));
  const startedAt = performance.now();
  expect(await lifecycle.stop('test')).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(stopped).toEqual(['store']);
});

test('a signal stops the server, and a second one ends it at once', async () => {
  const lifecycle = createLifecycle({ log });
  const exits: number[] = [];
  const ended = Promise.withResolvers<void>();
  lifecycle.onStop('slow', () => ended.promise);
  const takeBack = lifecycle.stopOnSignals((code) => void exits.push(code));
  try {
    process.emit('SIGTERM', 'SIGTERM');
    await sleep(5);
    expect(exits).toEqual([]);
    process.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([130]);
    ended.resolve();
    await lifecycle.stop('wait');
    await sleep(1);
    expect(exits).toEqual([130, 0]);
  } finally {
    takeBack();
  }
});

test('one Ctrl-C that arrives three times (terminal, npm, start script) is a clean stop', async () => {
  const lifecycle = createLifecycle({ log });
  const exits: number[] = [];
  const takeBack = lifecycle.stopOnSignals((code) => void exits.push(code));
  try {
    for (const signal of ['SIGINT', 'SIGINT', 'SIGINT'] as const) process.emit(signal, signal);
    await lifecycle.stop('wait');
    await sleep(1);
    expect(exits).toEqual([0]);
  } finally {
    takeBack();
  }
});
