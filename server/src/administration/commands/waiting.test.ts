import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentCommand } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { createWaitingRoom, type WaitingRoomParts } from './waiting.ts';

const command = (id: string) => ({ id }) as AgentCommand;

/** A room whose commands are what the test says. */
const room = (more: Partial<WaitingRoomParts> = {}) => {
  const commands = new Map<string, AgentCommand[]>();
  const asked: (readonly string[])[] = [];
  const errors: unknown[] = [];
  const made = createWaitingRoom({
    ask: async (deviceIds) => {
      asked.push(deviceIds);
      return new Map([...commands].filter(([id]) => deviceIds.includes(id)));
    },
    becameDue: async () => [],
    clock: () => new Date(),
    onError: (error) => errors.push(error),
    sliceEveryMs: 20,
    ...more,
  });
  const wait = (deviceId: string, waitSeconds = 20, signal = new AbortController().signal) =>
    made.waitFor(deviceId, { waitSeconds, signal });
  return { ...made, wait, commands, asked, errors };
};
const devices = (count: number) => Array.from({ length: count }, (_, at) => `device-${at}`);

describe('devices that wait for commands', () => {
  it('are answered at once when there is something, and wait when there is nothing', async () => {
    const { wait, wake, commands, waiting } = room();
    commands.set('a', [command('1')]);
    expect(await wait('a')).toEqual([command('1')]);
    const later = wait('b');
    await sleep(30);
    expect(waiting()).toBe(1);
    commands.set('b', [command('2')]);
    wake(['b', 'nobody']);
    expect(await later).toEqual([command('2')]);
    expect(waiting()).toBe(0);
  });

  it('are asked for together, however many come at once', async () => {
    const { wait, asked } = room({ sliceDevices: 1000 });
    await Promise.all(devices(500).map((id) => wait(id, 0)));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(500);
  });

  it('are answered slice by slice when all are woken at once, so that the server is not flooded', async () => {
    const { wait, wake, commands, asked } = room({ sliceDevices: 100 });
    const all = devices(1000);
    const answers = Promise.all(all.map((id) => wait(id)));
    await sleep(400);
    for (const id of all) commands.set(id, [command(id)]);
    asked.length = 0;
    const begun = performance.now();
    wake(all);
    expect((await answers).every((found) => found.length === 1)).toBe(true);
    expect(asked.map((slice) => slice.length)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(performance.now() - begun).toBeGreaterThan(9 * 15);
  });

  it('find what came while they were asked for', async () => {
    let answer: (() => void) | undefined;
    const commands = new Map<string, AgentCommand[]>();
    const { wait, wake } = room({
      ask: async (ids) => {
        const before = new Map([...commands].filter(([id]) => ids.includes(id)));
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return before;
      },
    });
    const found = wait('a');
    await sleep(20);
    commands.set('a', [command('1')]);
    wake(['a']);
    answer?.();
    await sleep(30);
    answer?.();
    expect(await found).toEqual([command('1')]);
  });

  it('find by themselves what another process gave, or what was given for later', async () => {
    const looks: [Date, Date][] = [];
    const { wait, commands } = room({
      lookEverySeconds: 0.05,
      becameDue: async (from, to) => {
        looks.push([from, to]);
        return [...commands.keys()];
      },
    });
    const found = wait('a');
    await sleep(120);
    commands.set('a', [command('1')]);
    expect(await found).toEqual([command('1')]);
    const seen = looks.length;
    await sleep(150);
    // With nobody waiting nobody looks.
    expect(looks.length).toBeLessThanOrEqual(seen + 1);
    expect(looks[0]?.[0].getTime()).toBeLessThan((looks[0]?.[1].getTime() ?? 0) - 50_000);
  });

  it('leave when their time is over or their caller has gone, and are forgotten', async () => {
    const { wait, waiting } = room();
    const begun = performance.now();
    expect(await wait('a', 0.1)).toEqual([]);
    expect(performance.now() - begun).toBeGreaterThan(80);
    const gone = new AbortController();
    const left = wait('b', 20, gone.signal);
    await sleep(20);
    gone.abort();
    expect(await left).toEqual([]);
    expect(await wait('c', 20, AbortSignal.abort())).toEqual([]);
    expect(waiting()).toBe(0);
  });

  it('hear that the database is away, and the next ones are asked for again', async () => {
    let isAway = true;
    const { wait, errors } = room({
      ask: async () => {
        if (isAway) throw new Error('away');
        return new Map([['a', [command('1')]]]);
      },
    });
    await expect(wait('a')).rejects.toThrow('away');
    isAway = false;
    expect(await wait('a')).toEqual([command('1')]);
    expect(errors).toEqual([]);
  });
});
