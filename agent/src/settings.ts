import { chmod, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from './disk.ts';
import { BadSettings, reasonOf, systemCodeOf } from './errors.ts';

const absolute = z.string().refine(isAbsolute, 'must be an absolute path');
const folders = z.array(absolute).max(200);
const MIB = 1024 * 1024;

/** Every setting, once. Flag, environment variable and key in agent.json follow from the name. */
const settingShapes = {
  server: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  stateDir: absolute.default('/var/lib/gatehouse-agent'),
  /** For the first key, and for a new one when the server refuses the old. */
  token: z.string().min(1).max(200).optional(),
  /** Folders in which changed files are scanned. */
  watch: folders.default([]),
  /** Folders and files that are never scanned. */
  exclude: folders.default([]),
  scanner: z.enum(['clamav', 'none']).default('clamav'),
  signatureDir: absolute.optional(),
  /** `none`: never ask clamd. */
  clamdSocket: z.union([absolute, z.literal('none')]).default('/run/clamav/clamd.ctl'),
  /** `auto`: files of watched folders are looked at when they are opened, where clamonacc and clamd are there. */
  onAccess: z.enum(['auto', 'off']).default('auto'),
  freshclamConfig: absolute.optional(),
  /** Default: `external` with a signature folder of one's own, else `freshclam`. */
  databaseUpdates: z.enum(['freshclam', 'external']).optional(),
  /** Default: what the server asks for. */
  syncSeconds: z.coerce.number().int().min(1).max(86_400).optional(),
  spoolLimitMb: z.coerce.number().int().min(1).max(10_000).default(64),
  /** Room for objects in quarantine. */
  quarantineLimitMb: z.coerce.number().int().min(1).max(100_000).default(1024),
  /** `on`: tasks of the server may run scripts on this device. */
  remoteScripts: z.enum(['off', 'on']).default('off'),
  maxFileMb: z.coerce.number().int().min(1).max(2_000).default(100),
  /** PEM file with the authority of the server's certificate. */
  caFile: absolute.optional(),
  /** SHA-256 of the server's certificate: then exactly this one is trusted. */
  certificateFingerprint: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){32}$/, 'must be a SHA-256 fingerprint: 64 hex digits, with or without colons')
    .optional(),
  /** `http://name:password@proxy.example:3128`: what stands between the device and the server. */
  proxy: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  /** Program that installs a newer version of the agent; without one none is installed. */
  updateProgram: absolute.optional(),
  /** What the device counts as; decides a billing category. */
  role: z.enum(['auto', 'server', 'workstation']).default('auto'),
};
const Settings = z.strictObject(settingShapes);
export type Settings = z.output<typeof Settings>;
export type SettingName = keyof Settings;

export const settingNames = Object.keys(settingShapes) as SettingName[];
const listNames: readonly SettingName[] = ['watch', 'exclude'];
const ENV_PREFIX = 'GATEHOUSE_AGENT_';

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
export const flagOf = (name: SettingName): string => words(name);
export const envOf = (name: SettingName): string => ENV_PREFIX + words(name).replaceAll('-', '_').toUpperCase();
export const isListSetting = (name: SettingName): boolean => listNames.includes(name);
export const settingsPath = (stateDir: string): string => join(stateDir, 'agent.json');

export type SettingSource = 'flag' | 'environment' | 'file' | 'default';
export interface LoadedSettings {
  settings: Settings;
  sources: Record<SettingName, SettingSource>;
}

const fromEnvironment = (env: NodeJS.ProcessEnv): Record<string, unknown> => {
  const known = new Map(settingNames.map((name) => [envOf(name), name]));
  const values: Record<string, unknown> = {};
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(ENV_PREFIX) || text === undefined || text === '') continue;
    const name = known.get(variable);
    if (!name) throw new BadSettings([{ where: variable, what: 'is not a setting of the agent' }]);
    values[name] = isListSetting(name) ? text.split(':').filter((part) => part !== '') : text;
  }
  return values;
};

const fromFile = async (path: string): Promise<Record<string, unknown>> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (systemCodeOf(cause) === 'ENOENT') return '{}';
    throw cause;
  });
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new BadSettings([{ where: path, what: `is no JSON object (${reasonOf(cause)})` }]);
  }
};

/**
 * Flags over environment over `agent.json` in the state folder over defaults.
 * @throws BadSettings with every wrong place named
 */
export const loadSettings = async (flags: Record<string, unknown>, env: NodeJS.ProcessEnv): Promise<LoadedSettings> => {
  const environment = fromEnvironment(env);
  const stateDir = settingShapes.stateDir.safeParse(flags.stateDir ?? environment.stateDir);
  const file = stateDir.success ? await fromFile(settingsPath(stateDir.data)) : {};
  if ('stateDir' in file)
    throw new BadSettings([{ where: 'agent.json: stateDir', what: 'cannot be set in the state folder itself' }]);
  const read = Settings.safeParse({ ...file, ...environment, ...flags });
  const sourceOf = (name: string): SettingSource => {
    if (name in flags) return 'flag';
    if (name in environment) return 'environment';
    return name in file ? 'file' : 'default';
  };
  if (!read.success) {
    throw new BadSettings(
      read.error.issues.flatMap((issue) => {
        const names = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0] ?? '')];
        return names.map((name) => ({
          where: `${name} (${sourceOf(name)})`,
          what: issue.code === 'unrecognized_keys' ? 'is not a setting of the agent' : issue.message,
        }));
      }),
    );
  }
  const sources = Object.fromEntries(settingNames.map((name) => [name, sourceOf(name)])) as Record<
    SettingName,
    SettingSource
  >;
  return { settings: read.data, sources };
};

/** Writes settings into agent.json beside those that are there. */
export const saveSettings = async (stateDir: string, change: Partial<Settings>): Promise<void> => {
  const path = settingsPath(stateDir);
  await replaceFile(path, `${JSON.stringify({ ...(await fromFile(path)), ...change }, null, 2)}\n`);
  await chmod(path, 0o600);
};

export const bytesOf = (mebibytes: number): number => mebibytes * MIB;
