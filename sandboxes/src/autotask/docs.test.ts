import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { usualSwitches } from './fixture.ts';
import { startForTest } from './test-client.ts';

const page = readFileSync(new URL('../../../docs/autotask-sandbox.md', import.meta.url), 'utf8');

test('the page about the sandbox names every control call and every switch, and none that does not exist', async () => {
  const box = await startForTest();
  const { actions }: { actions: string[] } = (await box.control('GET', '')).json;
  await box.sandbox.close();
  const named = [...page.matchAll(/`((?:GET|PUT|POST|PATCH|DELETE) \/[^`]*)`/g)].map(([, call]) => call ?? '');
  const rows = named.filter((call) => !call.includes('/_sandbox') && !/[A-Z][a-z]/.test(call.split(' ')[1] ?? ''));
  expect(rows.sort()).toEqual(actions.map((call) => call.replace(' /_sandbox', ' ')).sort());

  const section = page.slice(page.indexOf('### Switches'), page.indexOf('### Faults'));
  const switches = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name ?? '');
  expect(switches.sort()).toEqual(Object.keys(usualSwitches).sort());
});
