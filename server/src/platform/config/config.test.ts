import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeConfig, helpText } from './describe.ts';
import { ConfigInvalid } from './errors.ts';
import { loadConfig } from './load.ts';

const schema = z.object({
  httpPort: z.int().min(0).max(65_535).default(8080).meta({ help: 'Where it listens' }),
  databaseUrl: z.string().nullable().default(null).meta({ help: 'The store', secret: true }),
  demo: z.boolean().default(false).meta({ help: 'Sample data' }),
  roles: z
    .array(z.enum(['oven', 'shop']))
    .default(['oven'])
    .meta({ help: 'Parts' }),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const writeSettings = (text: string) => writeFileSync(join(folder, 'bakery.yaml'), text);
beforeEach(() => writeSettings(''));

const load = (argv: string[] = [], env: Record<string, string> = {}) =>
  loadConfig({
    schema,
    argv,
    env,
    prefix: 'BAKERY_',
    otherPrefixes: ['BAKERY_VAN_'],
    folder,
    defaultFile: 'bakery.yaml',
  });

const issuesOf = (argv: string[], env: Record<string, string> = {}) => {
  try {
    load(argv, env);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.issues;
    throw error;
  }
  throw new Error('was accepted');
};

describe('a setting', () => {
  it('comes from the flag before the variable before the file before the default', () => {
    expect(load().values.httpPort).toBe(8080);
    writeSettings('httpPort: 1');
    expect(load().values.httpPort).toBe(1);
    expect(load([], { BAKERY_HTTP_PORT: '2' }).values.httpPort).toBe(2);
    const loaded = load(['--http-port', '3'], { BAKERY_HTTP_PORT: '2' });
    expect([loaded.values.httpPort, loaded.sources.httpPort]).toEqual([3, '--http-port']);
  });

  it('reads numbers, lists and flags from words', () => {
    expect(load(['--http-port=9', '--roles', 'oven,shop', '--demo', 'start']).values).toMatchObject({
      httpPort: 9,
      roles: ['oven', 'shop'],
      demo: true,
    });
    expect(load(['--no-demo'], { BAKERY_DEMO: 'yes' }).values.demo).toBe(false);
    expect(load(['start', '--demo', 'now']).operands).toEqual(['start', 'now']);
  });

  it('set to nothing in the environment or the file is left out', () => {
    writeSettings('httpPort:\n');
    expect(load([], { BAKERY_DEMO: '', BAKERY_HTTP_PORT: '' }).values).toMatchObject({ demo: false, httpPort: 8080 });
  });

  it('is refused where it stands when it is wrong, and all wrong ones at once', () => {
    writeSettings('demo: perhaps');
    expect(issuesOf(['--http-port', '70000'], { BAKERY_ROLES: 'oven,garden' }).map(({ where }) => where)).toEqual([
      '--http-port',
      'bakery.yaml: demo',
      'BAKERY_ROLES',
    ]);
  });

  it('without its value is refused', () => {
    expect(issuesOf(['--http-port'])[0]?.where).toBe('--http-port');
    expect(issuesOf(['--http-port', '--demo'])[0]?.where).toBe('--http-port');
  });
});

describe('an unknown name', () => {
  it.each([
    [['--htp-port', '1'], {}, '', '--http-port'],
    [[], { BAKERY_HTTPPORT: '1' }, '', 'BAKERY_HTTP_PORT'],
    [[], {}, 'httpport: 1', 'httpPort'],
  ])('%j %j %j is refused with the name that was probably meant', (argv, env, text, meant) => {
    writeSettings(text);
    expect(issuesOf(argv, env as Record<string, string>)[0]?.what).toContain(`did you mean ${meant}?`);
  });

  it('is refused whatever it is, in any of the three places, and never crashes', () => {
    const known = Object.keys(schema.shape);
    const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,30}$/).filter((word) => !known.includes(word));
    fc.assert(
      fc.property(name, (word) => {
        const flag = word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        if (!['config', 'no-demo'].includes(flag)) {
          writeSettings('');
          expect(issuesOf([`--${flag}`, 'x'])[0]?.where).toBe(`--${flag}`);
          expect(issuesOf([], { [`BAKERY_X_${flag.toUpperCase()}`]: 'x' })).toHaveLength(1);
        }
        writeSettings(`${word}: 1`);
        expect(issuesOf([])[0]?.where).toBe(`bakery.yaml: ${word}`);
      }),
      { numRuns: 60 },
    );
  });

  it('that belongs to another program is none of ours', () => {
    expect(load([], { BAKERY_VAN_SPEED: '5', PATH: '/bin' }).values.httpPort).toBe(8080);
  });
});

describe('the file', () => {
  it('that was asked for must be there, the usual one need not', () => {
    expect(issuesOf(['--config', 'missing.yaml'])).toEqual([{ where: 'missing.yaml', what: 'Cannot be read: ENOENT' }]);
    expect(issuesOf([], { BAKERY_CONFIG: 'missing.yaml' })[0]?.where).toBe('missing.yaml');
    rmSync(join(folder, 'bakery.yaml'));
    expect(load().file).toBeNull();
  });

  it.each(['- a\n- b', 'text', 'a: [', 'httpPort: 1\nhttpPort: 2', '__proto__: 1'])(
    'with %j in it is refused by name',
    (text) => {
      writeSettings(text);
      expect(issuesOf([])[0]?.where).toMatch(/^bakery\.yaml/);
    },
  );

  it('of any content is read or refused, never crashed on', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        writeSettings(text);
        try {
          load();
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigInvalid);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('what people are shown', () => {
  it('says each value and where it comes from, but no secret', () => {
    const text = describeConfig(schema, load(['--demo'], { BAKERY_DATABASE_URL: 'postgres://u:hunter2@db' }));
    expect(text).not.toContain('hunter2');
    expect(text).toMatch(/databaseUrl +••• +BAKERY_DATABASE_URL/);
    expect(text).toMatch(/demo +true +--demo/);
    expect(text).toMatch(/httpPort +8080 +default/);
  });

  it('names every setting with flag, variable, default and choices in the help', () => {
    const text = helpText(schema, 'BAKERY_');
    expect(text).toContain('--http-port <number>\n      Where it listens (default: 8080) [BAKERY_HTTP_PORT]');
    expect(text).toContain('--roles <oven,shop>');
    expect(text).toContain('[BAKERY_DATABASE_URL]');
  });

  it('of a refusal holds no secret', () => {
    expect(() => load(['--http-port', 'x'], { BAKERY_DATABASE_URL: 'hunter2' })).toThrow(/http-port/);
    expect(JSON.stringify(issuesOf(['--http-port', 'x'], { BAKERY_DATABASE_URL: 'hunter2' }))).not.toContain('hunter2');
  });
});
