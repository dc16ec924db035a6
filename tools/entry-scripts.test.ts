import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeCheckout } from './lib/fake-checkout.testing.ts';

let checkout: ReturnType<typeof fakeCheckout>;
beforeEach(() => {
  checkout = fakeCheckout();
});
afterEach(() => checkout.remove());

const start = (args: string[], options = {}) => checkout.run('start.mjs', args, options);

describe('npm start', () => {
  test('installs, builds and starts on the first run, and goes straight to the server on the second', async () => {
    const first = await start(['--demo', '--data-dir', 'x']);
    expect(first.code).toBe(0);
    expect(first.text).toMatch(/Installing dependencies.*: done in \d/);
    const server = 'server ["serve","--demo","--data-dir","x"] pool=16';
    expect(checkout.calls()).toEqual(['npm ci', 'vite build --logLevel warn', server]);

    checkout.forgetCalls();
    const second = await start(['--demo', '--data-dir', 'x']);
    expect(second.text).toBe('');
    expect(checkout.calls()).toEqual([server]);
  });

  test('works from any folder', async () => {
    expect((await start([], { cwd: tmpdir() })).code).toBe(0);
    expect(checkout.calls().at(-1)).toBe('server ["serve"] pool=16');
  });

  test('hands other commands of the server through, and its exit code back', async () => {
    expect((await start(['config', '5'])).code).toBe(5);
    expect(checkout.calls().at(-1)).toBe('server ["config","5"] pool=16');
  });

  test('installs again when the lock file changed, and builds again when the console changed', async () => {
    await start([]);
    checkout.forgetCalls();
    checkout.put('console/src/main.ts', 'second');
    await start([]);
    expect(checkout.calls().map((line) => line.split(' ')[0])).toEqual(['vite', 'server']);

    checkout.forgetCalls();
    checkout.put('package-lock.json', '{"packages":{"node_modules/vite":{"version":"1.0.1"}}}');
    await start([]);
    expect(checkout.calls().map((line) => line.split(' ')[0])).toEqual(['npm', 'vite', 'server']);
  });

  test('installs nothing where somebody ran npm by hand', async () => {
    await start([]);
    checkout.drop('node_modules/.gatehouse-installed');
    checkout.put('node_modules/.package-lock.json', '{"packages":{"node_modules/vite":{"version":"1.0.0"}}}');
    checkout.forgetCalls();
    await start([]);
    expect(checkout.calls()).toEqual(['server ["serve"] pool=16']);
  });

  test('tries npm install where npm ci fails', async () => {
    checkout.put('npm-fails', 'once\n');
    expect((await start([])).code).toBe(0);
    expect(checkout.calls().slice(0, 2)).toEqual(['npm ci', 'npm install --no-audit --no-fund']);
  });

  test('says in one sentence when npm cannot install, and starts over the next time', async () => {
    checkout.put('npm-fails', 'once\ntwice\n');
    const { code, text } = await start([]);
    expect(code).toBe(1);
    expect(text).toContain('The dependencies could not be installed (npm ended with 1');
    expect(text).not.toContain('at async');
    expect((await start([])).code).toBe(0);
  });

  test('says that npm is missing', async () => {
    checkout.drop('bin/npm');
    const { code, text } = await start([], { env: { PATH: tmpdir() } });
    expect(code).toBe(1);
    expect(text).toContain('gatehouse: npm was not found. Install Node together with npm, then run this again.\n');
  });

  test('a signal reaches the server, which stops in its own way', async () => {
    const { code } = await start(['--wait'], {
      onOutput: (text: string, stop: () => void) => text.includes('up') && stop(),
    });
    expect(code).toBe(7);
    expect(checkout.calls().at(-1)).toBe('server stopped');
  });

  test('stopping npm, whose shell hands no signal on, stops the server in its own way', async () => {
    await start(['--wait'], {
      belowShell: true,
      onOutput: (text: string, stop: () => void) => text.includes('up') && stop(),
    });
    expect(checkout.calls().at(-1)).toBe('server stopped');
  });
});

describe('npm test', () => {
  const report = (counts: { passed: number; failed: number }) =>
    checkout.put(
      'report',
      JSON.stringify({
        numPassedTests: counts.passed,
        numFailedTests: counts.failed,
        numPendingTests: 0,
        numTodoTests: 0,
        testResults: [],
      }),
    );
  const runTests = async (...args: string[]) => {
    const { code, text } = await checkout.run('test.mjs', args);
    return { code, lastLine: text.trimEnd().split('\n').at(-1) };
  };

  test('ends with the counts, and well only when all passed', async () => {
    report({ passed: 12, failed: 0 });
    expect(await runTests('some/folder')).toEqual({ code: 0, lastLine: '12 passed, 0 failed' });
    report({ passed: 11, failed: 1 });
    expect(await runTests('some/folder', '1')).toEqual({ code: 1, lastLine: '11 passed, 1 failed' });
  });

  test('fails when no test ran', async () => {
    expect(await runTests('no/such/folder')).toEqual({ code: 1, lastLine: '0 passed, 0 failed' });
  });

  test('fails for an error outside of any test', async () => {
    report({ passed: 12, failed: 0 });
    expect(await runTests('some/folder', '1')).toEqual({ code: 1, lastLine: '12 passed, 1 failed' });
  });

  test('counts a console that does not build as a failure and runs the tests all the same', async () => {
    checkout.put('vite-stand-in', 'process.exit(1);');
    report({ passed: 12, failed: 0 });
    expect(await runTests('some/folder')).toEqual({ code: 1, lastLine: '12 passed, 1 failed' });
  });
});
