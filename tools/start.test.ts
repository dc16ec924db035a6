import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inRoot } from './lib/root.mjs';

/** A checkout with the real scripts and, in place of npm, vite and the server, small programs that write down their calls. */
let checkout: string;

const put = (path: string, text: string, mode = 0o644) => {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
  chmodSync(join(checkout, path), mode);
};
const calls = () => readFileSync(join(checkout, 'calls'), 'utf8').trim().split('\n').filter(Boolean);

const VITE = `import { mkdirSync, writeFileSync, appendFileSync } from 'node:fs';
appendFileSync('../calls', 'vite ' + process.argv.slice(2).join(' ') + '\\n');
mkdirSync('dist', { recursive: true }); writeFileSync('dist/index.html', '');`;

const SERVER = `import { appendFileSync } from 'node:fs';
appendFileSync('calls', 'server ' + JSON.stringify(process.argv.slice(2)) + ' pool=' + process.env.UV_THREADPOOL_SIZE + '\\n');
process.on('SIGTERM', () => { appendFileSync('calls', 'server stopped\\n'); process.exit(7); });
if (process.argv.includes('--wait')) { console.log('up'); setInterval(() => {}, 1000); }
else process.exit(Number(process.argv.at(-1)) || 0);`;

/** npm that "installs" by writing what the scripts look for; npm-fails makes its first calls fail. */
const NPM = `#!/bin/sh
echo "npm $*" >> calls
if [ -s npm-fails ]; then sed -i 1d npm-fails; exit 1; fi
mkdir -p node_modules/vite/bin && cp vite-stand-in node_modules/vite/bin/vite.js
`;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
  cpSync(inRoot('tools', 'lib'), join(checkout, 'tools', 'lib'), { recursive: true });
  cpSync(inRoot('tools', 'start.mjs'), join(checkout, 'tools', 'start.mjs'));
  put('package.json', '{"type":"module"}');
  put('package-lock.json', '{"packages":{"node_modules/vite":{"version":"1.0.0"}}}');
  put('tsconfig.base.json', '{}');
  put('console/src/main.ts', 'first');
  put('contract/src/index.ts', '');
  put('server/src/main.ts', SERVER);
  put('vite-stand-in', VITE);
  put('calls', '');
  put('bin/npm', NPM, 0o755);
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

const start = (args: string[], { cwd = checkout, onOutput = (_text: string, _stop: () => void) => {} } = {}) =>
  new Promise<{ code: number | null; text: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [join(checkout, 'tools/start.mjs'), ...args], {
      cwd,
      env: { PATH: `${join(checkout, 'bin')}:/usr/bin:/bin` },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        onOutput(part, () => child.kill('SIGTERM'));
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });

describe('npm start', () => {
  test('installs, builds and starts on the first run, and goes straight to the server on the second', async () => {
    const first = await start(['--demo', '--data-dir', 'x']);
    expect(first.code).toBe(0);
    expect(first.text).toMatch(/Installing dependencies.*: done in \d/);
    const server = 'server ["serve","--demo","--data-dir","x"] pool=16';
    expect(calls()).toEqual(['npm ci', 'vite build --logLevel warn', server]);

    put('calls', '');
    const second = await start(['--demo', '--data-dir', 'x']);
    expect(second.text).toBe('');
    expect(calls()).toEqual([server]);
  });

  test('works from any folder', async () => {
    expect((await start([], { cwd: tmpdir() })).code).toBe(0);
    expect(calls().at(-1)).toBe('server ["serve"] pool=16');
  });

  test('hands other commands of the server through, and its exit code back', async () => {
    expect((await start(['config', '5'])).code).toBe(5);
    expect(calls().at(-1)).toBe('server ["config","5"] pool=16');
  });

  test('installs again when the lock file changed, and builds again when the console changed', async () => {
    await start([]);
    put('calls', '');
    put('console/src/main.ts', 'second');
    await start([]);
    expect(calls().map((line) => line.split(' ')[0])).toEqual(['vite', 'server']);

    put('calls', '');
    put('package-lock.json', '{"packages":{"node_modules/vite":{"version":"1.0.1"}}}');
    await start([]);
    expect(calls().map((line) => line.split(' ')[0])).toEqual(['npm', 'vite', 'server']);
  });

  test('installs nothing where somebody ran npm by hand', async () => {
    await start([]);
    rmSync(join(checkout, 'node_modules/.gatehouse-installed'));
    put('node_modules/.package-lock.json', '{"packages":{"node_modules/vite":{"version":"1.0.0"}}}');
    put('calls', '');
    await start([]);
    expect(calls()).toEqual(['server ["serve"] pool=16']);
  });

  test('tries npm install where npm ci fails', async () => {
    put('npm-fails', 'once\n');
    expect((await start([])).code).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['npm ci', 'npm install --no-audit --no-fund']);
  });

  test('says in one sentence when npm cannot install, and starts over the next time', async () => {
    put('npm-fails', 'once\ntwice\n');
    const { code, text } = await start([]);
    expect(code).toBe(1);
    expect(text).toContain('The dependencies could not be installed (npm ended with 1');
    expect(text).not.toContain('at async');
    expect((await start([])).code).toBe(0);
  });

  test('says that npm is missing', async () => {
    rmSync(join(checkout, 'bin/npm'));
    const child = await new Promise<string>((resolve) => {
      const started = spawn(process.execPath, [join(checkout, 'tools/start.mjs')], { env: { PATH: checkout } });
      let text = '';
      started.stderr.on('data', (part) => (text += part));
      started.once('close', () => resolve(text));
    });
    expect(child).toBe('gatehouse: npm was not found. Install Node together with npm, then run this again.\n');
  });

  test('a signal reaches the server, which stops in its own way', async () => {
    const { code } = await start(['--wait'], { onOutput: (text, stop) => text.includes('up') && stop() });
    expect(code).toBe(7);
    expect(calls().at(-1)).toBe('server stopped');
  });
});
