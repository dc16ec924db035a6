import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureDebianPackages } from './debian-packages.mjs';

/** A machine whose apt-get writes down its calls and "installs" by making a file of the package's name. */
let machine: string;
const pathBefore = process.env.PATH;

const program = (name: string, lines: string) => {
  writeFileSync(join(machine, name), `#!/bin/sh\n${lines}\n`);
  chmodSync(join(machine, name), 0o755);
};
const needs = (name: string) => ({ name, isThere: () => existsSync(join(machine, name)) });
const calls = () => (existsSync(join(machine, 'calls')) ? readFileSync(join(machine, 'calls'), 'utf8') : '');

beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'gatehouse-debian-'));
  process.env.PATH = `${machine}:/usr/bin:/bin`;
  program(
    'apt-get',
    `echo "$DEBIAN_FRONTEND $*" >> ${machine}/calls
for last; do :; done
[ "$1" = install ] && [ "$last" = scanner ] && touch ${machine}/scanner
exit 0`,
  );
  program('sudo', 'shift; exec "$@"');
});
afterEach(() => {
  process.env.PATH = pathBefore;
  rmSync(machine, { recursive: true, force: true });
});

describe('programs that the tests drive', () => {
  test('are installed without questions when they are missing', async () => {
    await ensureDebianPackages([needs('scanner')]);
    expect(calls()).toBe('noninteractive update\nnoninteractive install --yes --no-install-recommends scanner\n');
  });

  test('are left alone when they are there', async () => {
    writeFileSync(join(machine, 'scanner'), '');
    await ensureDebianPackages([needs('scanner')]);
    expect(calls()).toBe('');
  });

  test('are named when the packages could not be had', async () => {
    await expect(ensureDebianPackages([needs('browser')])).rejects.toThrow(
      'apt-get did not bring: browser. Install it by hand, as root: apt-get install browser',
    );
  });
});
