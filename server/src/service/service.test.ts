import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InstallWish, install, remove, type System } from './index.ts';
import { librariesOf } from './program.ts';
import { renderUnit } from './unit.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-service-'));
  root = join(folder, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (path: string) => join(root, path);
const text = (path: string) => readFileSync(at(path), 'utf8');

/** A checkout with as much in it as an installation takes. */
const checkout = (version: string): string => {
  const from = join(folder, `checkout-${version}`);
  const write = (path: string, content: string) => {
    mkdirSync(join(from, path, '..'), { recursive: true });
    writeFileSync(join(from, path), content);
  };
  write('package.json', JSON.stringify({ version }));
  for (const name of ['contract', 'protocols', 'server']) {
    write(`${name}/package.json`, '{}');
    write(`${name}/src/index.ts`, `// ${version}`);
  }
  write('server/src/index.test.ts', '// stays at home');
  write('server/src/main.ts', `console.log('${version}', process.argv.slice(2).join(' '))`);
  for (const name of ['LICENSE', 'NOTICE', 'README.md', 'docs/install.md', 'console/dist/index.html'])
    write(name, name);
  write('node_modules/a/index.js', 'a');
  write('node_modules/tool/index.js', 'builds only');
  write(
    'package-lock.json',
    JSON.stringify({
      packages: {
        '': { devDependencies: { tool: '1' } },
        server: { dependencies: { a: '1' } },
        'node_modules/a': { optionalDependencies: { 'a-darwin': '1' } },
        'node_modules/a-darwin': {},
        'node_modules/tool': {},
      },
    }),
  );
  return from;
};

const wish = (version: string, more: Partial<InstallWish> = {}): InstallWish => ({
  from: checkout(version),
  node: process.execPath,
  licenseAccepted: true,
  user: 'gatehouse',
  root,
  settings: {},
  inForce: { dataDir: null, url: 'http://127.0.0.1:8080' },
  ...more,
});

/** A machine that writes down what it is asked; `ready` says whether the service comes up. */
const machine = (ready: () => boolean = () => true) => {
  const asked: string[] = [];
  const users = new Set<string>();
  const note = (line: string) => {
    asked.push(line);
    return Promise.resolve();
  };
  const system: System = {
    hasUser: (name) => Promise.resolve(users.has(name)),
    addUser: (name, home) => {
      users.add(name);
      return note(`useradd ${name} ${home}`);
    },
    removeUser: (name) => {
      users.delete(name);
      return note(`userdel ${name}`);
    },
    own: (path, user) => note(`chown ${user} ${path}`),
    systemctl: (...words) => note(`systemctl ${words.join(' ')}`),
    becomesReady: () => Promise.resolve(ready()),
  };
  return { system, asked, users };
};

const silent = () => {};

describe('install', () => {
  test('does nothing at all until the licence is accepted, and says where it is', async () => {
    const { system, asked } = machine();
    const trying = install(wish('1.0.0', { licenseAccepted: false }), system, silent);
    await expect(trying).rejects.toMatchObject({
      code: 'install.license-not-accepted',
      message: expect.stringContaining('LICENSE'),
    });
    expect(asked).toEqual([]);
    expect(existsSync(at('opt'))).toBe(false);
  });

  test('lays out the program without tests and tools, makes user, folder and settings, and starts the service', async () => {
    const { system, asked } = machine();
    await install(wish('1.0.0', { settings: { httpPort: 9000 } }), system, silent);
    expect(asked).toEqual([
      'useradd gatehouse /var/lib/gatehouse',
      'chown gatehouse /var/lib/gatehouse',
      'chown gatehouse /etc/gatehouse',
      'systemctl daemon-reload',
      'systemctl enable gatehouse.service',
      'systemctl restart gatehouse.service',
    ]);
    expect(text('etc/gatehouse/gatehouse.yaml')).toMatch(/dataDir: \/var\/lib\/gatehouse\nhttpPort: 9000\n$/);
    expect(statSync(at('etc/gatehouse/gatehouse.yaml')).mode & 0o777).toBe(0o600);
    expect(statSync(at('var/lib/gatehouse')).mode & 0o777).toBe(0o700);
    expect(existsSync(at('opt/gatehouse/node_modules/a/index.js'))).toBe(true);
    expect(existsSync(at('opt/gatehouse/node_modules/tool'))).toBe(false);
    expect(existsSync(at('opt/gatehouse/server/src/index.test.ts'))).toBe(false);
    expect(text('etc/systemd/system/gatehouse.service')).toContain('User=gatehouse');
    const said = execFileSync(at('opt/gatehouse/bin/node'), ['-p', '1 + 1'], { encoding: 'utf8' });
    expect(said.trim()).toBe('2');
  });

  test('a newer version takes the place of the old one; settings, their comments and data stay', async () => {
    const { system } = machine();
    await install(wish('1.0.0', { settings: { httpPort: 9000 } }), system, silent);
    writeFileSync(at('etc/gatehouse/gatehouse.yaml'), '# ours\ndataDir: /srv/gatehouse\nhttpPort: 9000\n');
    mkdirSync(at('srv/gatehouse'), { recursive: true });
    writeFileSync(at('srv/gatehouse/secret.key'), 'key');
    const said: string[] = [];
    const inForce = { dataDir: '/srv/gatehouse', url: 'http://127.0.0.1:9000' };
    await install(wish('2.0.0', { inForce, settings: { logLevel: 'debug' } }), system, (line) => said.push(line));
    expect(said.at(-1)).toBe('Version 1.0.0 became 2.0.0, which is ready');
    expect(text('opt/gatehouse/server/src/index.ts')).toBe('// 2.0.0');
    expect(text('etc/gatehouse/gatehouse.yaml')).toBe(
      '# ours\ndataDir: /srv/gatehouse\nhttpPort: 9000\nlogLevel: debug\n',
    );
    expect(text('etc/systemd/system/gatehouse.service')).toContain('ReadWritePaths="/srv/gatehouse"');
    expect(text('srv/gatehouse/secret.key')).toBe('key');
    expect(existsSync(at('opt/gatehouse.old'))).toBe(false);
  });

  test('a version that does not become ready is taken back, and the old one runs again', async () => {
    let starts = 0;
    const { system, asked } = machine(() => ++starts !== 2);
    await install(wish('1.0.0'), system, silent);
    const trying = install(wish('2.0.0', { settings: { httpPort: 1 } }), system, silent);
    await expect(trying).rejects.toMatchObject({ code: 'service.failed' });
    expect(text('opt/gatehouse/server/src/index.ts')).toBe('// 1.0.0');
    expect(text('etc/gatehouse/gatehouse.yaml')).not.toContain('httpPort');
    expect(asked.slice(-2)).toEqual(['systemctl daemon-reload', 'systemctl restart gatehouse.service']);
  });

  test('an installation that was cut off while programs were swapped goes on with the one that worked', async () => {
    const { system } = machine();
    await install(wish('1.0.0'), system, silent);
    execFileSync('mv', [at('opt/gatehouse'), at('opt/gatehouse.old')]);
    mkdirSync(at('opt/gatehouse.new'));
    const said: string[] = [];
    await install(wish('2.0.0'), system, (line) => said.push(line));
    expect(said.at(-1)).toContain('Version 1.0.0 became 2.0.0');
  });

  test('an update keeps the user that the service runs as, unless another one is named', async () => {
    const { system, asked } = machine();
    await install(wish('1.0.0', { user: 'watch' }), system, silent);
    asked.length = 0;
    await install(wish('2.0.0', { user: null }), system, silent);
    expect(text('etc/systemd/system/gatehouse.service')).toContain('\nUser=watch\n');
    expect(asked).toContain('chown watch /var/lib/gatehouse');
    await install(wish('3.0.0', { user: 'other' }), system, silent);
    expect(text('etc/systemd/system/gatehouse.service')).toContain('\nUser=other\n');
  });

  test('from the place where it is installed says what to do instead, and touches nothing', async () => {
    const { system, asked } = machine();
    await install(wish('1.0.0'), system, silent);
    asked.length = 0;
    const again = { ...wish('1.0.0'), from: at('opt/gatehouse') };
    await expect(install(again, system, silent)).rejects.toMatchObject({
      code: 'install.no-checkout',
      message: expect.stringContaining('get its checkout'),
    });
    expect(asked).toEqual([]);
    expect(existsSync(at('opt/gatehouse.new'))).toBe(false);
    expect(text('opt/gatehouse/server/src/index.ts')).toBe('// 1.0.0');
  });

  test('a checkout whose console is not built is refused before anything is touched', async () => {
    const unbuilt = wish('1.0.0');
    rmSync(join(unbuilt.from, 'console', 'dist'), { recursive: true });
    const { system, asked } = machine();
    await expect(install(unbuilt, system, silent)).rejects.toMatchObject({ code: 'service.failed' });
    expect(asked).toEqual([]);
    expect(existsSync(at('opt/gatehouse'))).toBe(false);
  });

  test('only libraries that the server needs are taken, those of libraries too', () => {
    const packages = {
      '': { dependencies: { tool: '1' } },
      contract: {},
      protocols: { dependencies: { '@gatehouse/contract': '*' } },
      server: { dependencies: { a: '1' } },
      'server/node_modules/a': { dependencies: { b: '1' } },
      'node_modules/a': {},
      'node_modules/b': {},
      'node_modules/tool': {},
    };
    expect(librariesOf(packages)).toEqual(['server/node_modules/a', 'node_modules/b']);
  });
});

describe('the unit', () => {
  test('takes the rights that a service of its kind does not need, and paths literally', () => {
    const unit = renderUnit({ user: 'gatehouse', dataDir: '/srv/my data/100% $HOME' });
    for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=']) {
      expect(unit.split('\n')).toContain(line);
    }
    expect(unit).toContain('ReadWritePaths="/srv/my data/100%% $HOME"');
  });

  test.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('is accepted by systemd', async () => {
    await install(wish('1.0.0', { user: 'root' }), null, silent);
    const file = join(folder, 'gatehouse.service');
    // The program lies below another root, which systemd cannot know.
    writeFileSync(file, text('etc/systemd/system/gatehouse.service').replaceAll('/opt/gatehouse', at('opt/gatehouse')));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect(verified.stderr.split('\n').filter((line) => line.includes('gatehouse.service'))).toEqual([]);
  });
});

describe('the command', () => {
  /** Runs it among stand-ins of `id`, which says this user id, and of `runuser`, which says what it was asked. */
  const typed = async (uid: number, ...words: string[]) => {
    await install(wish('1.0.0', { user: 'watch' }), null, silent);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const [name, line] of Object.entries({
      id: `echo ${uid}`,
      runuser: 'echo "runuser $1 $2"; shift 3; exec "$@"',
    })) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    return execFileSync(at('opt/gatehouse/bin/gatehouse'), words, { encoding: 'utf8', env }).trim().split('\n');
  };

  test.each([
    ['user', 'add', 'ann b'],
    ['serve', '--demo'],
  ])('typed by root, %s is run as the user of the service, so that no file becomes root’s', async (...words) => {
    expect(await typed(0, ...words)).toEqual(['runuser -u watch', `1.0.0 ${words.join(' ')}`]);
  });

  test.each(['install', 'remove'])('typed by root, %s stays root’s', async (word) => {
    expect(await typed(0, word, '--root', 'x')).toEqual([`1.0.0 ${word} --root x`]);
  });

  test('typed by anybody else it is run as they are', async () => {
    expect(await typed(1000, 'help')).toEqual(['1.0.0 help']);
  });
});

describe('remove', () => {
  const dataDir = '/var/lib/gatehouse';
  const installed = async (user: string | null = null) => {
    const on = machine();
    await install(wish('1.0.0', { user }), on.system, silent);
    writeFileSync(at('var/lib/gatehouse/secret.key'), 'key');
    on.asked.length = 0;
    return on;
  };

  test('asks what becomes of the data before it touches anything', async () => {
    const { system, asked } = await installed();
    const trying = remove({ root, data: null, dataDir }, system, silent);
    await expect(trying).rejects.toMatchObject({ code: 'remove.data-not-said' });
    expect(asked).toEqual([]);
    expect(existsSync(at('opt/gatehouse'))).toBe(true);
  });

  test('keeps data and settings, which the next installation finds', async () => {
    const { system, asked } = await installed();
    await remove({ root, data: 'keep', dataDir }, system, silent);
    expect(asked).toEqual(['systemctl disable --now gatehouse.service', 'systemctl daemon-reload']);
    for (const path of ['opt/gatehouse', 'etc/systemd/system/gatehouse.service', 'usr/local/bin/gatehouse']) {
      expect(existsSync(at(path))).toBe(false);
    }
    expect(text('var/lib/gatehouse/secret.key')).toBe('key');
    expect(existsSync(at('etc/gatehouse/gatehouse.yaml'))).toBe(true);
  });

  test('purges data, settings and user', async () => {
    const { system, users } = await installed();
    await remove({ root, data: 'purge', dataDir }, system, silent);
    expect([existsSync(at(dataDir)), existsSync(at('etc/gatehouse')), users.size]).toEqual([false, false, 0]);
  });

  test('never removes a user that somebody named, and says that it stays', async () => {
    const { system, users } = await installed('ann');
    users.add('gatehouse'); // of something else, as it seems
    const said: string[] = [];
    await remove({ root, data: 'purge', dataDir }, system, (line) => said.push(line));
    expect([...users]).toEqual(['ann', 'gatehouse']);
    expect(said.join()).toContain('user ann');
  });

  test('goes on with a purge that was cut off after the service was gone', async () => {
    const { system, users } = await installed();
    rmSync(at('etc/systemd/system/gatehouse.service'));
    await remove({ root, data: 'purge', dataDir }, system, silent);
    expect([existsSync(at(dataDir)), users.size]).toEqual([false, 0]);
  });

  test.each(['events', 'database', 'certificates', 'other/secret.key'])(
    'never purges a folder of somebody else that holds %s',
    async (name) => {
      const { system } = await installed();
      mkdirSync(at(`srv/theirs/${name}`), { recursive: true });
      const trying = remove({ root, data: 'purge', dataDir: '/srv/theirs' }, system, silent);
      await expect(trying).rejects.toMatchObject({ code: 'remove.not-our-data' });
      expect(existsSync(at(`srv/theirs/${name}`))).toBe(true);
    },
  );

  test('purges an empty folder, and one that the server has only begun', async () => {
    for (const path of ['srv/empty', 'srv/begun/certificates']) mkdirSync(at(path), { recursive: true });
    writeFileSync(at('srv/begun/certificates/open-api.cert.pem'), 'pem');
    for (const begun of ['/srv/empty', '/srv/begun']) {
      const { system } = await installed();
      await remove({ root, data: 'purge', dataDir: begun }, system, silent);
      expect(existsSync(at(begun))).toBe(false);
    }
  });

  test('never purges a folder that is not its own', async () => {
    const { system, asked } = await installed();
    mkdirSync(at('home/ann'), { recursive: true });
    writeFileSync(at('home/ann/letter.txt'), 'Dear');
    const trying = remove({ root, data: 'purge', dataDir: '/home/ann' }, system, silent);
    await expect(trying).rejects.toMatchObject({ code: 'remove.not-our-data' });
    expect(text('home/ann/letter.txt')).toBe('Dear');
    expect(asked).toEqual([]);
  });
});
