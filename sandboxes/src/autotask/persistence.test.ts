import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataFileUnreadable, PortTaken, startAutotaskSandbox } from './index.ts';
import { aTicket, credentialHeaders, startForTest } from './test-client.ts';

let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'autotask-sandbox-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

describe('the data file', () => {
  test('keeps tickets, ids, numbers and settings over a restart', async () => {
    const dataFile = join(folder, 'deep', 'state.json');
    const first = await startForTest({ dataFile });
    const id = await first.createTicket();
    first.controls.changeSwitches({ legacy404: true });
    await first.sandbox.close();

    const second = await startForTest({ dataFile });
    expect(await second.ticket(id)).toMatchObject({ title: aTicket.title, ticketNumber: 'T20260305.0001' });
    expect(second.controls.switches().legacy404).toBe(true);
    expect((await second.ticket(await second.createTicket())).ticketNumber).toBe('T20260305.0002');
    await second.sandbox.close();
    expect(readdirSync(join(folder, 'deep'))).toEqual(['state.json']);
  });

  test('is written soon after a change, without a stop', async () => {
    const dataFile = join(folder, 'state.json');
    const running = await startForTest({ dataFile });
    const id = await running.createTicket();
    await expect.poll(() => readdirSync(folder), { timeout: 5000 }).toContain('state.json');
    const other = await startForTest({ dataFile });
    expect((await other.ticket(id))?.title).toBe(aTicket.title);
    await other.sandbox.close();
    await running.sandbox.close();
  });

  test('of an older version is read, and gets what it lacks', async () => {
    const dataFile = join(folder, 'state.json');
    const older = await startForTest({ dataFile });
    const id = await older.createTicket();
    await older.sandbox.close();
    const state = JSON.parse(readFileSync(dataFile, 'utf8'));
    delete state.switches.adjustPosted;
    delete state.picklists['Services.periodType'];
    delete state.zone;
    writeFileSync(dataFile, JSON.stringify(state));
    const newer = await startForTest({ dataFile });
    expect((await newer.ticket(id)).title).toBe(aTicket.title);
    expect(newer.controls.switches().adjustPosted).toBe('reject');
    const service = { name: 'New', unitPrice: 1, periodType: 'm', billingCodeID: 29_683_413 };
    expect((await newer.call('POST', '/Services', { body: service })).status).toBe(200);
    await newer.sandbox.close();
  });

  test.each(['not json', '{}', '{"version":2}', '[]', ''])(
    'with %j in it is refused and left as it is',
    async (text) => {
      const dataFile = join(folder, 'state.json');
      writeFileSync(dataFile, text);
      await expect(startAutotaskSandbox({ port: 0, dataFile })).rejects.toThrow(DataFileUnreadable);
    },
  );
});

test('a taken port is told by name', async () => {
  const first = await startForTest();
  await expect(startAutotaskSandbox({ port: first.sandbox.port })).rejects.toThrow(PortTaken);
  await first.sandbox.close();
});

test('a stop does not wait for calls that are still open', async () => {
  const box = await startForTest();
  box.controls.addFault({ path: '*', mode: 'delay', delayMs: 60_000 });
  const open = box.call('GET', '/Tickets/1').catch(() => 'cut off');
  await expect.poll(() => box.controls.faults()[0]?.hits).toBe(1);
  const started = performance.now();
  await box.sandbox.close();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(await open).toBe('cut off');
});

describe('run alone', () => {
  const run = (...flags: string[]) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), ...flags]);
    children.push(child);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      output.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.err += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    return { child, output, ended };
  };

  test('prints address and credentials, serves, and keeps everything on SIGTERM', async () => {
    const dataFile = join(folder, 'state.json');
    const { child, output, ended } = run('--port', '0', '--data-file', dataFile);
    await expect.poll(() => output.out, { timeout: 15_000 }).toContain('ApiIntegrationCode');
    const [base = ''] = /http:\S+V1\.0/.exec(output.out) ?? [];
    const answer = await fetch(`${base}/Tickets`, {
      method: 'POST',
      headers: credentialHeaders,
      body: JSON.stringify(aTicket),
    });
    expect(await answer.json()).toEqual({ itemId: 100001 });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const again = await startForTest({ dataFile });
    expect((await again.ticket(100001)).title).toBe(aTicket.title);
    await again.sandbox.close();
  });

  test('a taken port ends it with one sentence', async () => {
    const holder = await startForTest();
    const { output, ended } = run('--port', String(holder.sandbox.port));
    expect(await ended).toBe(1);
    expect(output.err.trim().split('\n')).toEqual([expect.stringContaining('is taken by another program')]);
    await holder.sandbox.close();
  });

  test.each([
    ['--port', 'x'],
    ['--prt', '9'],
  ])('%s %s ends it with the usage', async (...flags) => {
    const { output, ended } = run(...flags);
    expect(await ended).toBe(1);
    expect(output.err).toContain('Usage:');
  });
});
