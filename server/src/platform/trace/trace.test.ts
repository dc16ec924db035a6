import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../log/index.ts';
import { openTrace } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-trace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (isConfigured = false) =>
  openTrace({
    folder: join(folder, 'traces'),
    name: 'service',
    isConfigured,
    clock: () => new Date('2026-03-04T05:06:07Z'),
    log: createLog({ level: 'fatal', format: 'json', output: process.stderr }),
  });
const linesOf = async (trace: Awaited<ReturnType<typeof open>>) =>
  String(await trace.read('service.log'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('is off until somebody switches it on, and then costs no more than a look', async () => {
  const trace = await open();
  const line = vi.fn(() => ({ said: 'x' }));
  trace.write(line);
  expect(line).not.toHaveBeenCalled();
  expect(trace.state()).toEqual({ on: false, by: null, since: null, isConfigured: false });
  expect(await trace.list()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('writes what is said with secrets masked and long texts cut, for this user alone', async () => {
  const trace = await open();
  await trace.switch(true, 'ann');
  const body = { UserName: 'api', Secret: 's3cret', nested: [{ password: 'p', text: 'a'.repeat(5_000) }] };
  trace.write(() => ({ to: 'psa', body }));
  const [line] = await linesOf(trace);
  expect(line).toMatchObject({ at: '2026-03-04T05:06:07.000Z', to: 'psa', body: { UserName: 'api', Secret: '•••' } });
  expect(JSON.stringify(line)).not.toContain('s3cret');
  expect(line.body.nested[0].password).toBe('•••');
  expect(line.body.nested[0].text).toMatch(/^a{2000}… \(5000 characters\)$/);
  expect(statSync(join(folder, 'traces', 'service.log')).mode & 0o777).toBe(0o600);
});

test('stays on over a restart and says who switched it on; off is off after a restart too', async () => {
  await (await open()).switch(true, 'ann');
  const again = await open();
  expect(again.state()).toMatchObject({ on: true, by: 'ann', since: new Date('2026-03-04T05:06:07Z') });
  await again.switch(false, 'bob');
  expect((await open()).state()).toMatchObject({ on: false, by: null });
});

test('what the configuration asks for cannot be switched off', async () => {
  const trace = await open(true);
  expect(await trace.switch(false, 'ann')).toBe(false);
  expect(trace.state()).toMatchObject({ on: true, by: 'configuration', isConfigured: true });
});

test('files are changed at ten megabytes, and five of them are kept', async () => {
  const trace = await open();
  await trace.switch(true, 'ann');
  // A batch of lines is about 4 MB: 40 of them are 16 files' worth of two each.
  for (let batch = 0; batch < 40; batch += 1) {
    for (let line = 0; line < 2_000; line += 1) trace.write(() => ({ batch, text: 'x'.repeat(1_900) }));
    await trace.close();
  }
  const files = await trace.list();
  expect(files.map(({ name }) => name)).toEqual([
    'service.log',
    'service.1.log',
    'service.2.log',
    'service.3.log',
    'service.4.log',
  ]);
  for (const { bytes } of files) expect(bytes).toBeLessThanOrEqual(10 * 1024 * 1024);
  expect(readFileSync(join(folder, 'traces', 'service.log'), 'utf8')).toContain('"batch":39');
  expect(await trace.removeFiles()).toBe(5);
  expect(await trace.list()).toEqual([]);
});

test('no file but its own can be asked for', async () => {
  const trace = await open();
  await trace.switch(true, 'ann');
  trace.write(() => ({ said: 'x' }));
  expect(await trace.read('on.json')).toBeNull();
  expect(await trace.read('../../etc/passwd')).toBeNull();
});
