import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { SpoolFull } from '../errors.ts';
import { keptLog, temporaryFolders } from '../testing/folders.ts';
import { smallDisk } from '../testing/full-disk.ts';
import { type NewEvent, openSpool, type SpoolOptions } from './index.ts';

const folders = temporaryFolders();
afterEach(() => folders.removeAll());

const event = (mark: string, severity: 1 | 2 | 3 | 4 = 2): NewEvent => ({
  type: 'TEST',
  riseTime: '2026-01-02T03:04:05.000Z',
  severity,
  params: { 1: mark },
});
const open = (folder: string, more: Partial<SpoolOptions> = {}) =>
  openSpool({ folder, limitBytes: 1024 * 1024, now: () => new Date(0), logger: keptLog().logger, ...more });
type Opened = Awaited<ReturnType<typeof open>>;
const marksOf = async (spool: Opened) => (await spool.peek(100_000, 1e9)).map(({ params }) => params?.['1']);
const segmentsIn = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.events')).sort();

describe('a spool', () => {
  test('gives events back in the order in which they came, also after a restart', async () => {
    const folder = await folders.make();
    const spool = await open(folder);
    const seqs = await Promise.all(['a', 'b', 'c'].map((mark) => spool.append(event(mark))));
    expect(seqs).toEqual([1, 2, 3]);
    await spool.close();
    const again = await open(folder);
    expect(await marksOf(again)).toEqual(['a', 'b', 'c']);
    expect(again.stats().epoch).toBe(spool.stats().epoch);
    await again.close();
  });

  test('never gives a number twice in an epoch, not even when everything was acknowledged and the agent restarted', async () => {
    const folder = await folders.make();
    const spool = await open(folder);
    await spool.append(event('a'));
    await spool.append(event('b'));
    await spool.acknowledge(2);
    expect(await segmentsIn(folder)).toEqual([]);
    await spool.close();
    const again = await open(folder);
    expect(await again.append(event('c'))).toBe(3);
    await again.close();
  });

  test('cuts off a last record that a crash tore, and goes on behind the good ones', async () => {
    const folder = await folders.make();
    const spool = await open(folder);
    await spool.append(event('whole'));
    await spool.close();
    const [name] = await segmentsIn(folder);
    const path = join(folder, name ?? '');
    const whole = await readFile(path);
    for (const torn of [
      whole.subarray(0, 20),
      Buffer.concat([whole.subarray(0, -9), Buffer.from('xxxxxxxx\n')]),
      Buffer.alloc(64),
    ]) {
      await writeFile(path, Buffer.concat([whole, torn]));
      const again = await open(folder);
      expect(await marksOf(again)).toEqual(['whole']);
      expect((await stat(path)).size).toBe(whole.length);
      await again.close();
    }
    const last = await open(folder);
    await last.append(event('next'));
    expect(await marksOf(last)).toEqual(['whole', 'next']);
    await last.close();
  });

  test('counts a stored event that the disk altered, keeps the rest, and says so to the server', async () => {
    const folder = await folders.make();
    const spool = await open(folder);
    for (const mark of ['a', 'b', 'c']) await spool.append(event(mark));
    await spool.close();
    const [name] = await segmentsIn(folder);
    const path = join(folder, name ?? '');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"b"', '"B"'));
    const again = await open(folder);
    expect(await marksOf(again)).toEqual(['a', 'c']);
    await again.append(event('d'));
    const types = (await again.peek(10, 1e6)).map(({ type }) => type);
    expect(types).toEqual(['TEST', 'TEST', 'TEST', 'GATEHOUSE_AGENT_SPOOL_OVERFLOW']);
    await again.close();
  });

  test('goes on under a new epoch when its cursor is unreadable, and keeps the events', async () => {
    const folder = await folders.make();
    const spool = await open(folder);
    await spool.append(event('kept'));
    await spool.close();
    await writeFile(join(folder, 'cursor.json'), '{"epoch":');
    const again = await open(folder);
    expect(again.stats().epoch).not.toBe(spool.stats().epoch);
    expect(await marksOf(again)).toEqual(['kept']);
    expect(await again.append(event('next'))).toBe(2);
    await again.close();
  });

  test('refuses an event that the server would not accept, before it is stored', async () => {
    const folder = await folders.make();
    const spool = await open(folder);
    expect(() => spool.append({ ...event('a'), type: 'no blanks allowed' })).toThrow();
    expect(spool.stats().events).toBe(0);
    await spool.close();
  });

  test('when full, lets the oldest Info events go first, then the oldest of all, and tells how many when there is room', async () => {
    const folder = await folders.make();
    const spool = await open(folder, { limitBytes: 40_000 });
    const stored: string[] = [];
    for (let index = 0; index < 600; index += 1) {
      const isInfo = index % 3 === 0;
      const mark = `${isInfo ? 'i' : 'w'}${index}`;
      await spool.append(event(mark, isInfo ? 1 : 4)).then(
        () => stored.push(mark),
        (cause: unknown) => expect([isInfo, cause instanceof SpoolFull]).toEqual([true, true]),
      );
      expect(spool.stats().bytes).toBeLessThanOrEqual(40_000);
    }
    const left = await marksOf(spool);
    expect(left).toEqual(stored.filter((mark) => left.includes(mark))); // order kept
    expect(left).toContain('w599');
    const { dropped } = spool.stats();
    expect(dropped.info).toBeGreaterThan(0);
    expect(dropped.other).toBeGreaterThan(0);
    expect(left.length + dropped.info + dropped.other).toBe(600);
    // Info went first: whatever Info is left is younger than every Info that was lost.
    const infoLeft = left.filter((mark) => mark?.startsWith('i'));
    expect(infoLeft).toEqual(
      infoLeft.length === 0 ? [] : stored.filter((mark) => mark.startsWith('i')).slice(-infoLeft.length),
    );

    const [oldest] = await spool.peek(100, 1e6).then((events) => events.slice(-1));
    await spool.acknowledge(oldest?.seq ?? 0);
    const last = (await spool.peek(100_000, 1e9)).at(-1);
    expect(last?.type).toBe('GATEHOUSE_AGENT_SPOOL_OVERFLOW');
    expect(last?.params).toEqual({
      1: String(dropped.info + dropped.other),
      2: String(dropped.info),
      3: String(dropped.other),
    });
    expect(spool.stats().dropped).toEqual({ info: 0, other: 0 });
    await spool.close();
  });

  test('never lets an Info event push out a weightier one', async () => {
    const folder = await folders.make();
    const spool = await open(folder, { limitBytes: 20_000 });
    let refused = 0;
    for (let index = 0; index < 300; index += 1) {
      if (spool.stats().bytes < 20_000 - 150) await spool.append(event(`w${index}`, 4));
    }
    const before = await marksOf(spool);
    for (let index = 0; index < 20; index += 1) {
      await spool.append({ ...event(`i${index}`, 1), description: 'd'.repeat(200) }).catch((cause: unknown) => {
        expect(cause).toBeInstanceOf(SpoolFull);
        refused += 1;
      });
    }
    expect(refused).toBeGreaterThan(0);
    expect((await marksOf(spool)).filter((mark) => mark?.startsWith('w'))).toEqual(before);
    expect(spool.stats().dropped.other).toBe(0);
    await spool.close();
  });

  test('on a full disk keeps what it has sound and in order, and goes on when there is room', async () => {
    const folder = await folders.make();
    const size = { bytes: 12_000 };
    const spool = await open(folder, { disk: smallDisk(folder, size) });
    const accepted: string[] = [];
    for (let index = 0; index < 150; index += 1) {
      await spool.append(event(`w${index}`, 3)).then(
        () => accepted.push(`w${index}`),
        (cause: unknown) => expect(cause).toBeInstanceOf(SpoolFull),
      );
    }
    const kept = await marksOf(spool);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(accepted.slice(-kept.length));
    expect(spool.stats().dropped.other).toBe(150 - kept.length);

    size.bytes = 1_000_000;
    await spool.append(event('room', 3));
    const types = (await spool.peek(1000, 1e6)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['TEST', 'GATEHOUSE_AGENT_SPOOL_OVERFLOW']);
    await spool.close();
    const again = await open(folder);
    expect((await marksOf(again)).slice(0, kept.length)).toEqual(kept);
    await again.close();
  });
});

test('for any mix of stores, acknowledgements, restarts and full disks, the spool holds a gapless rest in order', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), info: fc.boolean(), size: fc.nat(400) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('acknowledge' as const),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), torn: fc.nat(60) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('disk' as const), bytes: fc.integer({ min: 500, max: 60_000 }) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const folder = await folders.make();
      const size = { bytes: 60_000 };
      const more = { disk: smallDisk(folder, size), limitBytes: 30_000 };
      let spool = await open(folder, more);
      let highest = 0;
      let acknowledged = 0;
      let stored = 0;
      for (const each of steps) {
        if (each.do === 'disk') size.bytes = each.bytes;
        else if (each.do === 'append') {
          const before = highest;
          await spool.append({ ...event('x', each.info ? 1 : 3), description: 'd'.repeat(each.size) }).then(
            (seq) => {
              expect(seq).toBeGreaterThan(before);
              highest = Math.max(spool.stats().highestSeq, seq);
              stored += 1;
            },
            (cause: unknown) => expect(cause).toBeInstanceOf(SpoolFull),
          );
        } else if (each.do === 'acknowledge') {
          const events = await spool.peek(1000, 1e9);
          const upTo = events[Math.floor(each.part * (events.length - 1))]?.seq ?? 0;
          await spool.acknowledge(upTo);
          acknowledged = Math.max(acknowledged, upTo);
        } else {
          await spool.close();
          const last = (await segmentsIn(folder)).at(-1);
          if (last) await appendFile(join(folder, last), 'f'.repeat(each.torn));
          size.bytes = 60_000;
          spool = await open(folder, more);
          // A cursor that a full disk kept back makes acknowledged events come again; never the other way.
          acknowledged = Math.min(acknowledged, spool.stats().acknowledgedSeq);
          expect(spool.stats().highestSeq).toBeGreaterThanOrEqual(highest);
        }
        const seqs = (await spool.peek(1000, 1e9)).map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        for (const seq of seqs) expect(seq).toBeGreaterThan(acknowledged);
        expect(seqs.length).toBe(spool.stats().events);
        expect(stored).toBeGreaterThanOrEqual(0);
      }
      await spool.close();
      await folders.removeAll();
    }),
    { numRuns: 40, seed: 20260102 },
  );
});

test('what was stored before kill -9 is there afterwards, in order, under numbers that were never given twice', async () => {
  const folder = await folders.make();
  const stored = new Map<number, string>();
  let acknowledging = 0;
  let from = 0;
  for (let round = 0; round < 8; round += 1) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../testing/spool-child.ts'), '--folder', folder, '--from', String(from)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const exited = once(child, 'close');
    while (!text.includes('stored')) await new Promise((done) => setTimeout(done, 2));
    await new Promise((done) => setTimeout(done, 5 + Math.random() * 120));
    child.kill('SIGKILL');
    await exited;
    for (const line of text.split('\n').slice(0, -1)) {
      const [word, seq, mark] = line.split(' ');
      if (word === 'acknowledging') acknowledging = Math.max(acknowledging, Number(seq));
      else {
        expect(stored.has(Number(seq))).toBe(false);
        stored.set(Number(seq), mark ?? '');
      }
    }
    from += 1_000_000;
    const spool = await open(folder, { limitBytes: 4 * 1024 * 1024 });
    const events = await spool.peek(1e9, 1e12);
    const seqs = events.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    const bySeq = new Map(events.map(({ seq, params }) => [seq, params?.['1']]));
    for (const [seq, mark] of stored) if (seq > acknowledging) expect(bySeq.get(seq)).toBe(mark);
    await spool.close();
  }
  expect(stored.size).toBeGreaterThan(50);
});
