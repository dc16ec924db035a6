import { readFileSync } from 'node:fs';
import { type ArgumentType, methodsTable } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { readingRights } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { type Place, startPlace } from './place.testing.ts';
import type { Row } from './row.testing.ts';
import { eventRows } from './rows-events.testing.ts';
import { hostRows } from './rows-hosts.testing.ts';
import { otherRows } from './rows-others.testing.ts';
import { taskRows } from './rows-tasks.testing.ts';
import { type Args, errorCodeOf, wireFaults } from './wire.testing.ts';

const rows: Readonly<Record<string, Row>> = { ...eventRows, ...taskRows, ...hostRows, ...otherRows };

/** Methods of docs/open-api.md: whether they are supported, and the right that they ask for. */
const documented = (() => {
  const found = new Map<string, { isSupported: boolean; right: string }>();
  let className = '';
  for (const line of readFileSync(new URL('../../../../../docs/open-api.md', import.meta.url), 'utf8').split('\n')) {
    className = /^## (\w+)$/.exec(line)?.[1] ?? className;
    const [, method, , supported = '', right = ''] = line.split('|').map((cell) => cell.trim());
    const name = /^`(\w+)`$/.exec(method ?? '')?.[1];
    if (name) found.set(`${className}.${name}`, { isSupported: supported === 'yes', right: right.replaceAll('`', '') });
  }
  return found;
})();
const supported = [...documented].filter(([, { isSupported }]) => isSupported).map(([name]) => name);
const unsupported = [...documented].filter(([, { isSupported }]) => !isSupported).map(([name]) => name);

interface Argument {
  name: string;
  others: string[];
  type: ArgumentType;
}
const argumentsOf = (method: string): Argument[] => {
  const [className = '', name = ''] = method.split('.');
  return Object.entries(methodsTable[className]?.[name]?.args ?? {}).map(([names, type]) => {
    const [first = '', ...others] = names.split('|');
    return { name: first, others, type };
  });
};
const repliesOf = (method: string): readonly string[] => {
  const [className = '', name = ''] = method.split('.');
  return methodsTable[className]?.[name]?.reply ?? [];
};

/** Forms of "not given" that clients send, beside leaving the argument out. */
const emptyForms: Record<ArgumentType, unknown[]> = {
  string: [null, ''],
  int: [null],
  long: [null],
  boolean: [null],
  dateTime: [null, ''],
  binary: [null, ''],
  params: [null, {}, { type: 'params', value: {} }],
  array: [null, []],
  strings: [null, []],
  rows: [null, []],
  order: [null, [], [{ type: 'params', value: { Name: '', Asc: false } }], { type: 'params', value: { Name: '' } }],
};
/** What is plainly of another type. */
const wrongForms: Record<ArgumentType, unknown[]> = {
  string: [7, true, ['x']],
  int: ['x', true, 1.5],
  long: ['x', true, 1.5],
  boolean: ['x', 7],
  dateTime: [7, 'yesterday'],
  binary: [7, '%%%'],
  params: ['x', 7, ['x']],
  array: ['x', 7],
  strings: ['x', [7]],
  rows: ['x', [7]],
  order: ['x', [7]],
};

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describe('the table of conformance', () => {
  it('has a row for every method that the documentation calls supported', () => {
    expect(supported.filter((method) => !Object.hasOwn(rows, method))).toEqual([]);
    expect(supported.length).toBeGreaterThan(100);
  });

  it('has no row for a method that is not supported', () => {
    expect(Object.keys(rows).filter((method) => !supported.includes(method))).toEqual([]);
  });
});

describeOnBothEngines('the Open API as strangers’ programs meet it', (on) => {
  let place: Place;
  beforeAll(async () => {
    place = await startPlace({ database: await on.open(), engine });
  });
  afterAll(() => place.stop());

  const goodArgs = async (row: Row): Promise<Args> => (await row.args?.(place)) ?? {};
  const without = (args: Args, name: string): Args =>
    Object.fromEntries(Object.entries(args).filter(([other]) => other !== name));

  /** The codes that a call is answered with, by what was sent. */
  const codes = async (method: string, tried: readonly [what: string, args: Args][], connection = place.admin) => {
    const found: Record<string, number | null> = {};
    for (const [what, args] of tried) found[what] = errorCodeOf(await connection.ask(method, args));
    return found;
  };
  const all = (found: Record<string, number | null>, code: number | null) =>
    Object.fromEntries(Object.keys(found).map((what) => [what, code]));

  describe.each(Object.entries(rows).filter(([, { endsLogin }]) => !endsLogin))('%s', (method, row) => {
    const known = argumentsOf(method);
    const isRequired = (name: string) => row.required?.includes(name) ?? false;
    const isUnread = (name: string) => row.unread?.includes(name) ?? false;

    it.runIf(row.args)('answers with its members, bare at the top and wrapped inside', async () => {
      const reply = await place.admin.ask(method, { ...(await goodArgs(row)), argumentOfTomorrow: { type: 'odd' } });
      expect([errorCodeOf(reply), reply.body]).toEqual([null, reply.body]);
      for (const member of repliesOf(method)) expect(reply.json).toHaveProperty(member);
      expect(wireFaults(reply.json)).toEqual([]);
    });

    it.runIf(row.args && known.length > 0)('takes every spelling and every form of its arguments', async () => {
      const tried: [string, Args][] = [];
      for (const { name, others, type } of known) {
        for (const other of others) {
          const args = await goodArgs(row);
          if (args[name] !== undefined)
            tried.push([`${other} for ${name}`, { ...without(args, name), [other]: args[name] }]);
        }
        if (type === 'params') {
          const args = await goodArgs(row);
          if (args[name]) tried.push([`${name} wrapped`, { ...args, [name]: { type: 'params', value: args[name] } }]);
        }
        if (isRequired(name) || row.missing?.[name]) continue;
        tried.push([`no ${name}`, without(await goodArgs(row), name)]);
        for (const empty of emptyForms[type]) {
          tried.push([`${name}: ${JSON.stringify(empty)}`, { ...(await goodArgs(row)), [name]: empty }]);
        }
        if (!isUnread(name)) continue;
        for (const wrong of wrongForms[type]) {
          tried.push([`unread ${name}: ${JSON.stringify(wrong)}`, { ...(await goodArgs(row)), [name]: wrong }]);
        }
      }
      const found = await codes(method, tried);
      expect(found).toEqual(all(found, null));
    });

    it.runIf(known.length > 0)('says 1192 to what is missing and to what is of another type', async () => {
      const tried: [string, Args][] = [];
      const good = await goodArgs(row);
      for (const { name, type } of known) {
        if (isRequired(name)) {
          tried.push([`no ${name}`, without(good, name)], [`${name}: null`, { ...good, [name]: null }]);
        }
        if (isUnread(name) || row.loose?.includes(name) || (!row.args && !isRequired(name))) continue;
        for (const wrong of wrongForms[type])
          tried.push([`${name}: ${JSON.stringify(wrong)}`, { ...good, [name]: wrong }]);
      }
      const found = await codes(method, tried);
      expect(found).toEqual(all(found, 1192));
      for (const [name, code] of Object.entries(row.missing ?? {})) {
        const left = await codes(method, [
          [`no ${name}`, without(good, name)],
          [`${name}: null`, { ...good, [name]: null }],
        ]);
        expect(left).toEqual(all(left, code));
      }
    });

    it.runIf(row.names || row.isolated)('says 1186 to what is not there and to what is another server’s', async () => {
      const good = await goodArgs(row);
      const unknown = Object.entries(row.names ?? {}).map(([name, value]): [string, Args] => [
        name,
        { ...good, [name]: value },
      ]);
      const found = await codes(method, unknown);
      expect(found).toEqual(all(found, 1186));
      if (!row.isolated) return;
      expect(errorCodeOf(await place.other.ask(method, await goodArgs(row)))).toBe(1186);
    });

    it('asks for its right before it looks at anything', async () => {
      const right = documented.get(method)?.right ?? '';
      if (right === 'any login') {
        expect([null, 1184, 1186, 1192]).toContain(errorCodeOf(await place.nobody.ask(method)));
        return;
      }
      expect(errorCodeOf(await place.nobody.ask(method))).toBe(1184);
      const isRefused = errorCodeOf(await place.reader.ask(method)) === 1184;
      expect(isRefused).toBe(!readingRights.includes(right));
    });
  });

  it.each(unsupported)('%s is not supported and says 1194', async (method) => {
    expect(errorCodeOf(await place.admin.ask(method))).toBe(1194);
  });

  it.each(['NoSuchClass.Method', 'Tasks.NoSuchMethod', 'Tasks.constructor', 'toString.call', 'tasks.RunTask'])(
    '%s is nobody’s and says 1194',
    async (method) => {
      expect(errorCodeOf(await place.admin.ask(method))).toBe(1194);
    },
  );
});
