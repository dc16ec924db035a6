import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

/** Takes datagrams at a Unix socket, as the log of an operating system does, and prints each as a line of hex digits. */
const LOG = `use Socket; $| = 1; unlink $ARGV[0];
socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!; bind(S, sockaddr_un($ARGV[0])) or die $!; print "ready\\n";
while (defined recv(S, my $message, 65536, 0)) { print unpack("H*", $message), "\\n" }`;

const startLog = async (socket: string) => {
  const child = spawn('perl', ['-e', LOG, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('ready\n'), { timeout: 10_000 });
  return {
    lines: () =>
      said
        .split('\n')
        .slice(1, -1)
        .map((hex) => Buffer.from(hex, 'hex').toString('utf8')),
    stop: async () => {
      child.kill();
      await once(child, 'close');
    },
  };
};

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('the log of the operating system', (place) => {
  let msp: TestAdministration;
  let laptop: Awaited<ReturnType<TestAdministration['enrol']>>;
  let log: Awaited<ReturnType<typeof startLog>> | undefined;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine, sweepSeconds: 3600 });
    laptop = await msp.enrol('laptop-1');
  });
  afterAll(async () => {
    await msp.stop();
    await log?.stop();
  });
  const state = async () => (await msp.call('GET', '/api/system-log')).body;
  const choose = async (code: string, osLog: boolean) => {
    const { items } = (await msp.call('GET', '/api/event-settings')).body;
    const type = items.find((one: { code: string }) => one.code === code);
    const { status } = await msp.call('PUT', '/api/event-settings', {
      body: { types: [{ component: type.component, code, typeId: type.typeId }], change: { osLog } },
    });
    expect(status).toBe(200);
  };
  const deleted = (description: string) => ({ type: 'GNRL_EV_OBJECT_DELETED', description });

  it('gets nothing while no type is chosen, and a computer without a log says so', async () => {
    await laptop.sends(deleted('before'));
    expect(await state()).toMatchObject({ kind: 'idle', written: 0, socket: join(msp.dataDir, 'log') });
    // What came before a type was chosen is passed by.
    await new Promise((done) => setTimeout(done, 300));
    await choose('GNRL_EV_OBJECT_DELETED', true);
    await laptop.sends(deleted('first'));
    await vi.waitFor(async () => expect(await state()).toMatchObject({ kind: 'no-log' }), { timeout: 10_000 });
    expect((await state()).lastError).toBe(`There is no log socket at ${join(msp.dataDir, 'log')} on this computer`);
  });

  it('gets the chosen events, in order, once it is there, each as one line with its priority', async () => {
    log = await startLog(join(msp.dataDir, 'log'));
    await laptop.sends(
      deleted('two\nlines <3>with; $(touch x) `signs` é'),
      { type: 'GNRL_EV_OBJECT_CURED', description: 'not chosen' },
      { ...deleted('last'), severity: 4 },
    );
    await vi.waitFor(() => expect(log?.lines().at(-1)).toMatch(/last$/), { timeout: 30_000, interval: 100 });
    const [first, second, third, ...others] = log.lines();
    expect(others).toEqual([]);
    expect(first).toMatch(
      /^<14>\w{3} [ \d]\d \d\d:\d\d:\d\d gatehouse: GNRL_EV_OBJECT_DELETED: .+; device laptop-1; group Managed devices; first$/,
    );
    expect(second).toMatch(/; two lines <3>with; \$\(touch x\) `signs` é$/);
    expect(third).toMatch(/^<10>/);
    expect(await state()).toMatchObject({ kind: 'working', written: 3, lastError: null });
    expect(msp.logged).toEqual([]);
  });

  it('gets no more of a type that is no longer chosen', async () => {
    await choose('GNRL_EV_OBJECT_DELETED', false);
    await laptop.sends(deleted('no more'));
    await vi.waitFor(async () => expect(await state()).toMatchObject({ kind: 'idle' }), { timeout: 10_000 });
    expect(log?.lines().filter((line) => line.includes('no more'))).toEqual([]);
  });
});
