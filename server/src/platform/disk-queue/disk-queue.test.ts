import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DiskQueue, openDiskQueue, QueueFull } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-queue-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (words: { mostBytes?: number; segmentBytes?: number } = {}) =>
  openDiskQueue({ folder, mostBytes: 10_000_000, segmentBytes: 1000, ...words });
const records = (from: number, to: number, size = 10) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    number: from + index,
    payload: Buffer.from(`${from + index} `.padEnd(size, 'x')),
  }));
const takeAll = async (queue: DiskQueue) => {
  const numbers: number[] = [];
  for (;;) {
    const taken = await queue.take(7);
    if (taken.length === 0) return numbers;
    numbers.push(...taken.map(({ number }) => number));
  }
};
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);
const files = () => readdirSync(folder).filter((name) => name.endsWith('.queue'));

describe('a queue on the disk', () => {
  it('hands everything out in its order, over many files, and again until it was confirmed', async () => {
    const queue = await open();
    await queue.add(records(1, 100));
    await queue.add(records(101, 300));
    expect(files().length).toBeGreaterThan(1);
    expect(await takeAll(queue)).toEqual(upTo(300));
    expect(await queue.take(1)).toEqual([]);
    await queue.rewind();
    const [first] = await queue.take(1);
    expect(first?.payload.toString()).toBe('1 xxxxxxxx');
    if (first) await queue.confirm(first.place, 1);
    await queue.rewind();
    expect(await takeAll(queue)).toEqual(upTo(300, 2));
    expect(queue.facts()).toMatchObject({ waiting: 299, confirmed: 1, lastNumber: 300 });
    await queue.close();
  });

  it('is as it was after it was closed and opened, and gives the room of what is done back', async () => {
    let queue = await open();
    await queue.add(records(1, 100));
    const taken = await queue.take(60);
    const last = taken.at(-1);
    if (last) await queue.confirm(last.place, taken.length);
    await queue.close();

    queue = await open();
    expect(queue.facts()).toMatchObject({ waiting: 40, confirmed: 60, lastNumber: 100 });
    const rest = await queue.take(100);
    expect(rest.map(({ number }) => number)).toEqual(upTo(100, 61));
    await queue.confirm(rest.at(-1)?.place ?? { segment: 0, offset: 0 }, 40);
    expect(queue.facts()).toMatchObject({ waiting: 0, bytes: 0 });
    expect(files()).toEqual([]);
    // Numbers are remembered when nothing else is left.
    await queue.close();
    queue = await open();
    await queue.add(records(90, 102));
    expect(await takeAll(queue)).toEqual([101, 102]);
    await queue.close();
  });

  it('takes nothing twice and nothing beyond its bound', async () => {
    const queue = await open({ mostBytes: 2000, segmentBytes: 500 });
    await queue.add(records(1, 50));
    await queue.add(records(40, 60));
    await expect(queue.add(records(61, 200))).rejects.toThrow(QueueFull);
    expect(await takeAll(queue)).toEqual(upTo(60));
    await queue.close();
  });

  it('loses a torn end of a crash and nothing before it', async () => {
    let queue = await open();
    await queue.add(records(1, 10));
    await queue.close();
    const file = join(folder, files().at(-1) ?? '');
    const size = statSync(file).size;
    appendFileSync(file, readFileSync(file).subarray(0, 20));
    queue = await open();
    expect(statSync(file).size).toBe(size);
    await queue.add(records(11, 12));
    expect(await takeAll(queue)).toEqual(upTo(12));
    await queue.close();
  });

  it('passes over a damaged part of an older file, counts it, and goes on behind it', async () => {
    let queue = await open({ segmentBytes: 200 });
    for (let number = 1; number <= 30; number += 1) await queue.add(records(number, number));
    await queue.close();
    const file = join(folder, files()[1] ?? '');
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
    queue = await open({ segmentBytes: 200 });
    expect(queue.facts().damagedFiles).toBe(1);
    const numbers = await takeAll(queue);
    expect(numbers.at(-1)).toBe(30);
    expect(numbers.length).toBeGreaterThan(20);
    expect(queue.facts().waiting).toBe(numbers.length);
    await queue.close();
  });

  it('has records that are longer than one read', async () => {
    const queue = await open();
    await queue.add([{ number: 1, payload: Buffer.alloc(400_000, 'a') }, ...records(2, 3)]);
    expect(await takeAll(queue)).toEqual([1, 2, 3]);
    await queue.close();
  });

  it('has all that was acknowledged after kill -9, again and again', { timeout: 60_000 }, async () => {
    let acknowledged = 0;
    for (let round = 0; round < 4; round += 1) {
      const writer = new URL('../../testing/write-queue.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let lines = 0;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        acknowledged = Number(text.trim().split('\n').at(-1));
        lines += text.trim().split('\n').length;
        if (lines > 20 + round * 11) setTimeout(() => child.kill('SIGKILL'), Math.random() * 10);
      });
      await once(child, 'close');
      expect(lines).toBeGreaterThan(0);
      const queue = await open();
      const numbers = await takeAll(queue);
      expect(numbers).toEqual(upTo(numbers.length));
      expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
      await queue.close();
    }
  });
});
