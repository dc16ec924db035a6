import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidInput } from './platform/errors/index.ts';
import { DEFAULT_DATA_DIR, install, onDisk, places, remove, thisSystem } from './service/index.ts';
import { loadSettings } from './settings.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const own = { flags: ['--accept-license', '--keep-data', '--purge'], values: ['--user', '--root'] };

/** Takes the words of these commands out of the arguments; the rest are settings. */
const split = (argv: readonly string[]) => {
  const said = new Map<string, string>();
  const rest: string[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [name = '', value] = word.split(/=(.*)/s);
    if (own.flags.includes(name) && value === undefined) said.set(name, '');
    else if (own.values.includes(name)) {
      const given = value ?? words.shift();
      if (given === undefined || given === '') throw new InvalidInput(`${name} needs a value`);
      said.set(name, given);
    } else rest.push(word);
  }
  return { said, rest };
};

const read = (argv: readonly string[], allowed: readonly string[]) => {
  const { said, rest } = split(argv);
  const odd = [...said.keys()].find((name) => !allowed.includes(name));
  if (odd) throw new InvalidInput(`${odd} does not belong to this command; see: gatehouse help`);
  const user = said.get('--user') ?? null;
  if (user !== null && !/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw new InvalidInput(`“${user}” cannot be the name of a user`);
  const root = resolve(said.get('--root') ?? '/');
  const file = onDisk(root)(places.settings);
  const { values, sources, operands } = loadSettings(rest, existsSync(file) ? { GATEHOUSE_CONFIG: file } : {}, '/');
  if (operands.length > 0)
    throw new InvalidInput(`I do not know what “${operands.join(' ')}” means; see: gatehouse help`);
  const isRoot = process.getuid?.() === 0;
  if (root === '/' && !isRoot)
    throw new InvalidInput('Run this as root: it writes a service of the system', [], 'service.not-root');
  const given = Object.entries(sources).filter(([, source]) => source.startsWith('--'));
  return {
    said,
    user,
    root,
    system: root === '/' ? thisSystem : null,
    values,
    dataDir: sources.dataDir === 'default' ? null : values.dataDir,
    settings: Object.fromEntries(given.map(([key]) => [key, values[key as keyof typeof values]])),
  };
};

const hostOf = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

/** `gatehouse install --accept-license [--user NAME] [--root FOLDER] [settings]` */
export const installCommand = async (argv: readonly string[], say: (line: string) => void): Promise<void> => {
  const { said, user, root, system, values, dataDir, settings } = read(argv, ['--accept-license', '--user', '--root']);
  await install(
    {
      from: CHECKOUT,
      node: process.execPath,
      licenseAccepted: said.has('--accept-license'),
      user,
      root,
      settings,
      inForce: { dataDir, url: `http://${hostOf(values.httpHost)}:${values.httpPort}` },
    },
    system,
    say,
  );
};

/** `gatehouse remove --keep-data | --purge [--root FOLDER]` */
export const removeCommand = async (argv: readonly string[], say: (line: string) => void): Promise<void> => {
  const { said, root, system, dataDir } = read(argv, ['--keep-data', '--purge', '--root']);
  if (said.has('--keep-data') && said.has('--purge')) throw new InvalidInput('Say either --keep-data or --purge');
  const data = said.has('--keep-data') ? 'keep' : said.has('--purge') ? 'purge' : null;
  await remove({ root, data, dataDir: dataDir ?? DEFAULT_DATA_DIR }, system, say);
};
