import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DiskQueue, openDiskQueue } from '../../platform/disk-queue/index.ts';
import { connectTo } from './connect.ts';
import { type Receiver, startReceiver } from './receiver.testing.ts';
import { createSender, type Sender } from './sender.ts';

let folder: string;
let queue: DiskQueue;
let receiver: Receiver;
let sender: Sender;

const start = async (transport: 'tcp' | 'udp') => {
  receiver = await startReceiver(transport);
  sender = createSender({
    queue,
    connect: () =>
      connectTo({ transport, host: '127.0.0.1', port: receiver.port, trust: { kind: 'system' }, framing: 'newline' }),
    clock: () => new Date(),
    changed: () => {},
    onError: (error) => {
      throw error;
    },
    provenAfterMs: 150,
    firstPauseMs: 30,
    longestPauseMs: 100,
  });
  sender.start();
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-sender-'));
  queue = await openDiskQueue({ folder, mostBytes: 100_000_000, segmentBytes: 20_000 });
});
afterEach(async () => {
  await sender.stop();
  await receiver.leave();
  await queue.close();
  rmSync(folder, { recursive: true, force: true });
});

let next = 1;
const add = async (count: number) => {
  const records = Array.from({ length: count }, () => ({
    number: next++,
    payload: Buffer.from(`<14>message ${next - 1}`),
  }));
  await queue.add(records);
  sender.poke();
  return records.map(({ number }) => `<14>message ${number}`);
};
/** In the order of first arrival. */
const arrived = () => [...new Set(receiver.messages)];
const untilAllArrived = async () => {
  await vi.waitFor(() => expect(queue.facts().waiting).toBe(0), { timeout: 15_000, interval: 20 });
};

describe('a sender', () => {
  it('brings everything over in its order', async () => {
    await start('tcp');
    const said = await add(3000);
    await untilAllArrived();
    expect(receiver.messages).toEqual(said);
    expect(sender.state()).toMatchObject({ lastError: null, nextTryAt: null });
  });

  it('tells the error in the words of the system while the receiver is away, and loses nothing', async () => {
    await start('tcp');
    const first = await add(10);
    await untilAllArrived();
    await receiver.leave();
    const second = await add(500);
    await vi.waitFor(() => expect(sender.state().lastError).toBe(`connect ECONNREFUSED 127.0.0.1:${receiver.port}`), {
      timeout: 10_000,
    });
    expect(queue.facts().waiting).toBe(500);
    const third = await add(20);
    await receiver.comeBack();
    await untilAllArrived();
    expect(arrived()).toEqual([...first, ...second, ...third]);
    expect(sender.state().lastError).toBe(null);
  });

  it('sends again what a dying receiver had taken and not read', async () => {
    await start('tcp');
    receiver.deaf = true;
    const said = await add(200);
    await vi.waitFor(() => expect(sender.state().lastSentAt).not.toBe(null), { timeout: 10_000 });
    await receiver.leave();
    receiver.deaf = false;
    await receiver.comeBack();
    await untilAllArrived();
    expect(arrived()).toEqual(said);
  });

  it('survives a receiver that comes and goes all the time', async () => {
    await start('tcp');
    const said: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      said.push(...(await add(300)));
      await new Promise((done) => setTimeout(done, 40));
      await receiver.leave();
      said.push(...(await add(50)));
      await new Promise((done) => setTimeout(done, 40));
      await receiver.comeBack();
    }
    await untilAllArrived();
    expect(arrived()).toEqual(said);
  });

  it('notices by the answer of its system that nobody takes its datagrams', async () => {
    await start('udp');
    const first = await add(50);
    await untilAllArrived();
    await receiver.leave();
    const second = await add(5);
    await vi.waitFor(() => expect(sender.state().lastError).toMatch(/ECONNREFUSED/), { timeout: 10_000 });
    await receiver.comeBack();
    await untilAllArrived();
    expect(arrived()).toEqual([...first, ...second]);
  });

  it('knows after its stop what arrived, and sends only the rest when it starts again', async () => {
    await start('tcp');
    await add(100);
    await vi.waitFor(() => expect(receiver.messages).toHaveLength(100), { timeout: 10_000 });
    await sender.stop();
    expect(queue.facts()).toMatchObject({ waiting: 0, confirmed: 100 });
    sender.start();
    await add(3);
    await untilAllArrived();
    expect(receiver.messages).toHaveLength(103);
  });
});
