import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { permissions } from '@gatehouse/contract';
import type { Accounts } from './accounts/index.ts';
import type { App } from './app.ts';
import type { Actor } from './platform/http/index.ts';
import type { Lifecycle } from './platform/lifecycle/index.ts';
import type { Log } from './platform/log/index.ts';
import type { Settings } from './settings.ts';

const DEMO = fileURLToPath(new URL('../../tools/demo/main.ts', import.meta.url));
const TOKEN_NAME = 'Demo';
const STOP_MS = 2000;

/**
 * The demo is a program of its own that speaks to this server by its public doors only: API, agent protocol, and an
 * Autotask stand-in. It gets an API token and nothing else.
 */
export const startDemo = async ({
  app,
  settings,
  log,
  lifecycle,
  say,
}: {
  app: App;
  settings: Settings;
  log: Log;
  lifecycle: Lifecycle;
  say: (line: string) => void;
}): Promise<void> => {
  const token = await renewToken(app.accounts);
  const child = spawn(process.execPath, [DEMO], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  // A child that could not start, or ended before it read, is told of below by its exit.
  child.stdin.on('error', () => {});
  const order = {
    url: app.localUrl,
    token,
    autotaskPort: settings.autotaskSandboxPort,
    folder: join(app.dataDir, 'demo'),
  };
  // Left open: it closes with this process, however that ends, and the child ends with it.
  child.stdin.write(`${JSON.stringify(order)}\n`);
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) say(line);
  });
  let isStopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (err) => {
      log.error({ err }, 'the demo could not be started; the server goes on without it');
      resolve();
    });
    child.once('close', (code, signal) => {
      if (!isStopping && (code !== 0 || signal !== null))
        log.error({ code, signal }, 'the demo ended; the server goes on without it');
      resolve();
    });
  });
  lifecycle.onStop('demo', async () => {
    isStopping = true;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  });
};

const server: Actor = { kind: 'server', id: '', name: 'gatehouse', permissions: new Set(permissions), tenantIds: null };

/** A token of this start alone; what an earlier start left is void. */
const renewToken = async (accounts: Accounts): Promise<string> => {
  for (const { id, name, createdBy } of await accounts.listApiTokens(server)) {
    if (name === TOKEN_NAME && createdBy === server.name) await accounts.revokeApiToken(server, id);
  }
  const made = await accounts.addApiToken(server, {
    name: TOKEN_NAME,
    role: 'administrator',
    tenantIds: null,
    expiresInDays: 30,
  });
  return made.secret;
};
