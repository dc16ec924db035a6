import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailSandbox } from '@gatehouse/sandboxes/mail';
import { expect, it } from 'vitest';

const program = new URL('../../testing/run-notifications.ts', import.meta.url).pathname;
/** What a killed process was sending is sent by the next one after this at the latest. */
const MINUTES_APART = 3;

it('after kill -9, again and again, there is a mail about every acknowledged event; one that came twice has the same Message-ID', {
  timeout: 180_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-notifications-'));
  let post = await startMailSandbox();
  const { port } = post;
  const received = [...post.received];
  const start = (round: number, mode: string) =>
    spawn(process.execPath, [program, dataDir, String(port), String(round * MINUTES_APART), mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  try {
    let acknowledged = 0;
    for (let round = 0; round < 2; round += 1) {
      const child = start(round, 'write');
      const first = acknowledged;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        acknowledged = Number(text.trim().split('\n').at(-1));
        if (acknowledged > first + 20) setTimeout(() => child.kill('SIGKILL'), Math.random() * 150);
      });
      await once(child, 'close');
      expect(acknowledged).toBeGreaterThan(first + 20);
      // In one round the mail server dies with it.
      if (round === 0) {
        received.push(...post.received);
        await post.stop();
        post = await startMailSandbox({ port });
      }
    }
    const [code] = await once(start(2, 'drain'), 'close');
    expect(code).toBe(0);
    received.push(...post.received);
    const numberOf = (body: string) => Number(/number (\d+)\./.exec(body)?.[1]);
    const arrived = Map.groupBy(received, ({ body }) => numberOf(body));
    expect(arrived.size).toBeGreaterThanOrEqual(acknowledged);
    expect([...arrived.keys()].sort((one, other) => one - other)).toEqual(
      Array.from({ length: arrived.size }, (_, index) => index + 1),
    );
    for (const mails of arrived.values()) {
      expect(new Set(mails.map(({ headers }) => headers['message-id']?.[0])).size).toBe(1);
    }
  } finally {
    await post.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
