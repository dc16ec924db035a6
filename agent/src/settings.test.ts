import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BadSettings } from './errors.ts';
import { loadSettings, saveSettings, settingsPath } from './settings.ts';
import { temporaryFolders } from './testing/folders.ts';

const folders = temporaryFolders();
let stateDir: string;
beforeEach(async () => {
  stateDir = await folders.make();
});
afterEach(() => folders.removeAll());

test('a flag wins over the environment, that over the file, that over the default, and the source is told', async () => {
  await writeFile(settingsPath(stateDir), JSON.stringify({ server: 'https://file', syncSeconds: 5, spoolLimitMb: 7 }));
  const { settings, sources } = await loadSettings(
    { stateDir, server: 'https://flag' },
    { GATEHOUSE_AGENT_SERVER: 'https://env', GATEHOUSE_AGENT_SYNC_SECONDS: '9', GATEHOUSE_AGENT_WATCH: '/a:/b' },
  );
  expect(settings).toMatchObject({
    server: 'https://flag',
    syncSeconds: 9,
    spoolLimitMb: 7,
    maxFileMb: 100,
    watch: ['/a', '/b'],
  });
  expect(sources).toMatchObject({
    server: 'flag',
    syncSeconds: 'environment',
    spoolLimitMb: 'file',
    maxFileMb: 'default',
  });
});

test('every wrong setting is named with its place, and an unknown one is no silent nothing', async () => {
  await writeFile(settingsPath(stateDir), JSON.stringify({ watchh: ['/x'] }));
  const failure = await loadSettings({ stateDir, server: 'ftp://x', watch: ['relative'] }, {}).catch(
    (cause: unknown) => cause,
  );
  expect(failure).toBeInstanceOf(BadSettings);
  const places = (failure as BadSettings).issues.map(({ where }) => where).sort();
  expect(places).toEqual(['server (flag)', 'watch (flag)', 'watchh (file)']);
  await expect(loadSettings({ stateDir }, { GATEHOUSE_AGENT_SERVR: 'x' })).rejects.toThrow(/GATEHOUSE_AGENT_SERVR/);
});

test('a settings file that is no JSON object is refused by name', async () => {
  for (const text of ['{', '[]', '"x"']) {
    await writeFile(settingsPath(stateDir), text);
    await expect(loadSettings({ stateDir }, {})).rejects.toThrow(join(stateDir, 'agent.json'));
  }
});

test('saving keeps what was there', async () => {
  await saveSettings(stateDir, { server: 'https://a', maxFileMb: 5 });
  await saveSettings(stateDir, { server: 'https://b' });
  expect((await loadSettings({ stateDir }, {})).settings).toMatchObject({ server: 'https://b', maxFileMb: 5 });
});
