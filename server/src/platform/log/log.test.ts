import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

const writeTo = () => {
  const lines: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, output };
};

test('a secret never reaches the log, in fields, in children or nested', () => {
  const { lines, output } = writeTo();
  const log = createLog({ output });
  log.info({ user: { name: 'ann', password: 'hunter2' }, headers: { authorization: 'Bearer hunter2' } }, 'signed in');
  log.child({ apiKey: 'hunter2' }).info('child');
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('')).toContain('"name":"ann"');
});

test('a JSON line has level, UTC time, fields, message, and for an error its stack', () => {
  const { lines, output } = writeTo();
  createLog({ output }).error({ err: new Error('boom'), port: 1 }, 'failed');
  const line = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ level: 'error', msg: 'failed', port: 1 });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(line.err.stack).toContain('log.test.ts');
});

test('the line for people says when, how bad, which part, what and the fields', () => {
  const { lines, output } = writeTo();
  createLog({ output, format: 'pretty' }).child({ part: 'http' }).warn({ port: 8080, text: 'two words' }, 'taken');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}http: taken port=8080 text="two words"\n$/);
});

test('text from outside cannot steer the terminal', () => {
  const { lines, output } = writeTo();
  createLog({ output, format: 'pretty' }).info('a\u001b[2Jb\rc\u009b');
  for (const control of ['\u001b', '\r', '\u009b']) expect(lines[0]).not.toContain(control);
});

test('what is below the level is not written', () => {
  const { lines, output } = writeTo();
  createLog({ output, level: 'warn' }).info('quiet');
  expect(lines).toEqual([]);
});
