import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../lib/child-program.ts';
import { startGatehouse } from '../lib/gatehouse-process.ts';

describe('settings and starting', () => {
  const serve = async (args: string[], env: Record<string, string> = {}) => {
    const program = startProgram('server/src/main.ts', args, env);
    try {
      return { code: await program.ended, output: program.output() };
    } finally {
      await program.stop();
    }
  };
  const ports = ['--http-port', '0', '--open-api-port', '0'];
  const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bad-'));
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test.each<[string, string[], Record<string, string>, string]>([
    [
      'a flag that is none, with the one that was meant',
      ['serve', '--http-prot', '1'],
      {},
      '--http-prot: No such setting; did you mean --http-port?',
    ],
    ['a port that is none', ['serve', '--http-port', '99999'], {}, '--http-port'],
    ['a variable that is none', ['serve'], { GATEHOUSE_HTTP_PROT: '1' }, 'GATEHOUSE_HTTP_PROT'],
    ['a variable of the wrong kind', ['serve'], { GATEHOUSE_HTTP_PORT: 'eighty' }, 'GATEHOUSE_HTTP_PORT'],
    ['an address of a database that is none', ['serve', '--database-url', 'mysql://x'], {}, '--database-url'],
    [
      'a settings file that is not there',
      ['serve', '--config', join(tmpdir(), 'gatehouse-none.yaml')],
      {},
      'gatehouse-none.yaml',
    ],
    ['a command that is none', ['sevre'], {}, 'There is no command “sevre”'],
    ['a word too many', ['serve', 'please'], {}, '“please”'],
  ])('refuses %s, in a sentence', async (_, args, env, words) => {
    const { code, output } = await serve(args, env);
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(output).not.toMatch(/\.ts:\d+/);
  });

  test.each([
    ['a key that is none', 'httpProt: 1\n', 'httpProt'],
    ['a value of the wrong kind', 'httpPort: eighty\n', 'httpPort'],
    ['no YAML', 'httpPort: [1\n', 'gatehouse.yaml'],
  ])('refuses a settings file with %s, and says where', (_, text, words) =>
    inFolder(async (folder) => {
      const file = join(folder, 'gatehouse.yaml');
      writeFileSync(file, text);
      const { code, output } = await serve(['serve', '--config', file]);
      expect(code).toBe(1);
      expect(output).toContain(words);
      expect(output).not.toMatch(/\.ts:\d+/);
    }),
  );

  // Below another root, so that the machine that runs this is left alone whatever becomes of it.
  test.each<[string, string[], string]>([
    ['install without the licence', ['install'], 'Nothing was installed'],
    ['install with a flag that is none', ['install', '--accept-licence'], '--accept-licence'],
    ['install with a value where none belongs', ['install', '--accept-license=yes'], '--accept-license'],
    ['install with a word too many', ['install', '--accept-license', 'please'], '“please”'],
    ['install with a user without a name', ['install', '--accept-license', '--user='], '--user needs a value'],
    ['install with a user that none can be', ['install', '--accept-license', '--user', 'Ann B'], '“Ann B”'],
    ['install with a flag of remove', ['install', '--accept-license', '--purge'], '--purge does not belong'],
    ['install with a setting out of range', ['install', '--accept-license', '--http-port', '99999'], '--http-port'],
    [
      'install with a data folder that depends on where one stands',
      ['install', '--accept-license', '--data-dir', 'data'],
      'must be a path from the root',
    ],
    ['remove without a word on the data', ['remove'], 'Nothing was removed'],
    ['remove with two words on the data', ['remove', '--keep-data', '--purge'], 'either --keep-data or --purge'],
    ['remove with a user', ['remove', '--purge', '--user', 'ann'], '--user does not belong'],
    ['remove with a word too many', ['remove', '--purge', '/srv'], '“/srv”'],
  ])('refuses %s, in a sentence, and touches nothing', (_, args, words) =>
    inFolder(async (root) => {
      const { code, output } = await serve([...args, '--root', root]);
      expect(code).toBe(1);
      expect(output).toContain(words);
      expect(output).not.toMatch(/\.ts:\d+/);
      expect(readdirSync(root)).toEqual([]);
    }),
  );

  test('refuses to purge a folder of somebody else, in a sentence, and leaves it', () =>
    inFolder(async (root) => {
      mkdirSync(join(root, 'srv/theirs/database'), { recursive: true });
      const { code, output } = await serve(['remove', '--purge', '--data-dir', '/srv/theirs', '--root', root]);
      expect(code).toBe(1);
      expect(output).toContain('/srv/theirs holds nothing that Gatehouse wrote');
      expect(readdirSync(join(root, 'srv/theirs'))).toEqual(['database']);
    }));

  test(
    'a port that is taken is named, and nothing is left running',
    () =>
      inFolder(async (folder) => {
        const taken = createServer().listen(0, '127.0.0.1');
        await once(taken, 'listening');
        const { port } = taken.address() as { port: number };
        const args = ['serve', '--data-dir', folder, '--http-port', String(port), '--open-api-port', '0'];
        const { code, output } = await serve(args);
        taken.close();
        expect(code).toBe(1);
        expect(output).toContain(String(port));
        expect(output).not.toMatch(/ready at|\.ts:\d+/);
      }),
    60_000,
  );

  test('a second server on the same data folder is turned away with its name, and the first goes on', async () => {
    const server = await startGatehouse({ flags: ['--log-level', 'warn'] });
    onTestFinished(server.remove);
    const { code, output } = await serve(['serve', '--data-dir', server.dataDir, ...ports]);
    expect(code).toBe(1);
    expect(output).toContain(server.dataDir);
    expect(output).not.toMatch(/\.ts:\d+/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  }, 120_000);
});
