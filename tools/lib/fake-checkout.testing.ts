import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inRoot } from './root.mjs';

const VITE = `import { mkdirSync, writeFileSync, appendFileSync } from 'node:fs';
appendFileSync('../calls', 'vite ' + process.argv.slice(2).join(' ') + '\\n');
mkdirSync('dist', { recursive: true }); writeFileSync('dist/index.html', '');`;

const SERVER = `import { appendFileSync } from 'node:fs';
appendFileSync('calls', 'server ' + JSON.stringify(process.argv.slice(2)) + ' pool=' + process.env.UV_THREADPOOL_SIZE + '\\n');
process.on('SIGTERM', () => { appendFileSync('calls', 'server stopped\\n'); process.exit(7); });
if (process.argv.includes('--wait')) { console.log('up'); setInterval(() => {}, 1000); }
else process.exit(Number(process.argv.at(-1)) || 0);`;

/** vitest that reports what lies in the file "report" and ends with the code that it is given. */
const VITEST = `import { copyFileSync, existsSync } from 'node:fs';
const output = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).slice(18);
if (existsSync('report')) copyFileSync('report', output);
process.exit(Number(process.argv.at(-1)) || 0);`;

/** npm that "installs" by writing what the scripts look for; the file npm-fails makes its first calls fail. */
const NPM = `#!/bin/sh
echo "npm $*" >> calls
if [ -s npm-fails ]; then sed -i 1d npm-fails; exit 1; fi
mkdir -p node_modules/vite/bin && cp vite-stand-in node_modules/vite/bin/vite.js
mkdir -p node_modules/vitest && cp vitest-stand-in node_modules/vitest/vitest.mjs
`;

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  onOutput?: (text: string, stop: () => void) => void;
  /** Runs it as npm does, below a shell that hands no signal on. */
  belowShell?: boolean;
}

/** A checkout with the real scripts and, in place of npm, vite, vitest and the server, small programs that write down their calls. */
export const fakeCheckout = () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-checkout-'));
  const at = (path: string) => join(folder, path);
  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
    chmodSync(at(path), mode);
  };
  cpSync(inRoot('tools', 'lib'), at('tools/lib'), { recursive: true });
  for (const script of ['start.mjs', 'test.mjs']) cpSync(inRoot('tools', script), at(`tools/${script}`));
  put('package.json', '{"type":"module"}');
  put('package-lock.json', '{"packages":{"node_modules/vite":{"version":"1.0.0"}}}');
  put('tsconfig.base.json', '{}');
  put('console/src/main.ts', 'first');
  put('contract/src/index.ts', '');
  put('server/src/main.ts', SERVER);
  put('vite-stand-in', VITE);
  put('vitest-stand-in', VITEST);
  put('calls', '');
  put('bin/npm', NPM, 0o755);

  return {
    put,
    drop: (path: string) => rmSync(at(path)),
    calls: () => readFileSync(at('calls'), 'utf8').trim().split('\n').filter(Boolean),
    forgetCalls: () => put('calls', ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
    /** Runs one of the scripts to its end. */
    run: (script: string, args: string[], { cwd = folder, env, onOutput, belowShell = false }: RunOptions = {}) =>
      new Promise<{ code: number | null; text: string }>((resolve, reject) => {
        const call = [process.execPath, at(`tools/${script}`), ...args];
        const [program = '', ...rest] = belowShell ? ['sh', '-c', `"$@"; exit $?`, 'sh', ...call] : call;
        const child = spawn(program, rest, {
          cwd,
          env: {
            ...(env ?? { PATH: `${at('bin')}:/usr/bin:/bin` }),
            ...(belowShell ? { npm_lifecycle_event: 'start' } : {}),
          },
        });
        let text = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (part: string) => {
            text += part;
            onOutput?.(part, () => child.kill('SIGTERM'));
          });
        }
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, text }));
      }),
  };
};
