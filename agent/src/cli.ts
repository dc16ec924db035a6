import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PolicySettingKey } from '@gatehouse/contract';
import { z } from 'zod';
import { type AgentOptions, type RunningAgent, startAgent } from './agent.ts';
import { pause, usualBackoff, waitMs } from './backoff.ts';
import { connection } from './connection.ts';
import { askAgent, type ControlRequest } from './control.ts';
import { AgentError, AgentRefused, BadSettings, BadUsage, reasonOf } from './errors.ts';
import { identityFile, storedDeviceId } from './identity.ts';
import { lockState } from './lock.ts';
import { jsonLog, loggerOf } from './log.ts';
import { lockedByPolicy } from './policy/index.ts';
import { serverClient } from './server-client.ts';
import { withoutCredentials } from './server-socket.ts';
import { installService, uninstallService } from './service.ts';
import {
  bytesOf,
  envOf,
  flagOf,
  isListSetting,
  type LoadedSettings,
  loadSettings,
  type SettingName,
  type Settings,
  saveSettings,
  settingNames,
} from './settings.ts';
import { agentVersion } from './version.ts';

export interface CliParts {
  args: string[];
  env: NodeJS.ProcessEnv;
  print: (text: string) => void;
  /** Ends `run`. */
  signal: AbortSignal;
  mainFile: string;
}

export const usage = `gatehouse-agent ${agentVersion}

  gatehouse-agent enrol --server URL --token TOKEN   get this device's key
  gatehouse-agent run                                run in the foreground (what the service starts)
  gatehouse-agent status                             what a running agent is doing
  gatehouse-agent scan [PATH...]                     scan now: these paths, or the watched folders
  gatehouse-agent quarantine                         what was moved away, as JSON
  gatehouse-agent quarantine restore|delete ID...    put it back where it was, or delete it for good
  gatehouse-agent config                             every setting, and where it comes from
  gatehouse-agent install [--unit-dir DIR] [--file-only]     write the systemd service and start it
  gatehouse-agent uninstall [--unit-dir DIR] [--file-only]   stop and remove the service; state and key stay

Settings: a flag, an environment variable, or a key of agent.json in the state folder, in this order.
${settingNames.map((name) => `  --${flagOf(name).padEnd(26)}${envOf(name)}`).join('\n')}
Lists (watch, exclude): the flag once per folder, colons between them in the variable, an array in the file.`;

const commands = ['enrol', 'run', 'status', 'scan', 'quarantine', 'config', 'install', 'uninstall', 'help'] as const;
const USUAL_UNIT_DIR = '/etc/systemd/system';

const serverOf = ({ server }: Settings): string => {
  if (!server) throw new BadSettings([{ where: 'server', what: 'is not set; give --server URL' }]);
  return server;
};

const addressOf = async (settings: Settings) => ({
  serverUrl: serverOf(settings),
  certificateFingerprint: settings.certificateFingerprint,
  proxyUrl: settings.proxy,
  caPem: settings.caFile === undefined ? undefined : await readFile(settings.caFile, 'utf8'),
});

const optionsOf = async ({ settings, sources }: LoadedSettings, print: CliParts['print']): Promise<AgentOptions> => ({
  ...(await addressOf(settings)),
  stateDir: settings.stateDir,
  token: settings.token,
  // What nobody set here is left to the policy.
  ...(sources.watch === 'default' ? {} : { watch: settings.watch }),
  ...(sources.exclude === 'default' ? {} : { exclude: settings.exclude }),
  ...(sources.maxFileMb === 'default' ? {} : { maxFileBytes: bytesOf(settings.maxFileMb) }),
  ...(settings.scanner === 'none' ? { scanner: null } : {}),
  signatureDir: settings.signatureDir,
  clamdSocket: settings.clamdSocket === 'none' ? null : settings.clamdSocket,
  onAccess: settings.onAccess === 'auto',
  freshclamConfig: settings.freshclamConfig,
  databaseUpdates: settings.databaseUpdates,
  syncSeconds: settings.syncSeconds,
  spoolLimitBytes: bytesOf(settings.spoolLimitMb),
  updateProgram: settings.updateProgram,
  quarantineLimitBytes: bytesOf(settings.quarantineLimitMb),
  remoteScripts: settings.remoteScripts === 'on',
  isServer: settings.role === 'auto' ? null : settings.role === 'server',
  log: jsonLog(print, () => new Date()),
});

const enrol = async ({ settings }: LoadedSettings, print: CliParts['print']) => {
  const address = await addressOf(settings);
  const unlock = await lockState(settings.stateDir);
  const client = serverClient(address);
  try {
    const identity = await identityFile(settings.stateDir);
    const link = connection({
      client,
      identity,
      serverUrl: address.serverUrl,
      token: settings.token,
      hostname,
      logger: loggerOf(() => undefined),
    });
    // Somebody who enrols a device by hand says whom it shall trust.
    await identity.save({ packageKey: null });
    await link.enrol();
    const { server, caFile, certificateFingerprint, proxy } = settings;
    await saveSettings(settings.stateDir, {
      server,
      ...(caFile ? { caFile } : {}),
      ...(certificateFingerprint ? { certificateFingerprint } : {}),
      ...(proxy ? { proxy } : {}),
    });
    print(`Enrolled as device ${link.deviceId()}\n`);
  } finally {
    client.close();
    unlock();
  }
};

/** The server may be away when the device boots: what may be better later is tried again, everything else ends it. */
const startWhenPossible = async (options: AgentOptions, signal: AbortSignal): Promise<RunningAgent | null> => {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await startAgent(options);
    } catch (cause) {
      if (!(cause instanceof AgentError && cause.retryable)) throw cause;
      options.log?.({
        level: 'warn',
        message: 'Not enrolled yet; it is tried again',
        fields: { reason: reasonOf(cause) },
      });
      await pause(waitMs(failures, usualBackoff, Math.random(), null), signal);
    }
  }
  return null;
};

const run = async (loaded: LoadedSettings, { print, signal }: CliParts) => {
  const agent = await startWhenPossible(await optionsOf(loaded, print), signal);
  if (!agent) return;
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
  await agent.stop();
};

const status = async ({ settings }: LoadedSettings, print: CliParts['print']) => {
  const answer = await askAgent(settings.stateDir, { ask: 'status' });
  if (answer && 'failed' in answer) throw new AgentRefused(answer.failed);
  if (answer) return print(`${JSON.stringify(answer.ok, null, 2)}\n`);
  const deviceId = await storedDeviceId(settings.stateDir);
  print(`No agent runs on ${settings.stateDir}; device: ${deviceId ?? 'never enrolled'}\n`);
};

/** By the agent that runs, so that finds are told; else by one that lives as long as the scan. */
const scan = async (loaded: LoadedSettings, paths: string[], { print, signal }: CliParts) => {
  const { settings } = loaded;
  const asked = paths.length > 0 ? paths.map((path) => resolve(path)) : settings.watch;
  if (asked.length === 0) throw new BadUsage('Name a path to scan, or set folders to watch');
  const answer = await askAgent(settings.stateDir, { ask: 'scan', paths: asked });
  if (answer && 'failed' in answer) throw new AgentRefused(answer.failed);
  if (answer) return print(`${JSON.stringify(answer.ok, null, 2)}\n`);
  const options = await optionsOf(loaded, () => undefined);
  const agent = await startAgent({ ...options, takesCommands: false });
  try {
    signal.addEventListener('abort', () => void agent.stop(), { once: true });
    print(`${JSON.stringify(await agent.scanNow(asked), null, 2)}\n`);
  } finally {
    await agent.stop();
  }
};

/** Asks the agent that runs, or becomes one that lives as long as the answer takes. */
const quarantine = async (loaded: LoadedSettings, [act = 'list', ...ids]: string[], { print }: CliParts) => {
  if (act !== 'list' && act !== 'restore' && act !== 'delete') {
    throw new BadUsage(`quarantine takes restore or delete, not ${act}`);
  }
  const wrong = ids.find((id) => !z.uuid().safeParse(id).success);
  if (wrong !== undefined) throw new BadUsage(`${wrong} is no id; \`gatehouse-agent quarantine\` lists them`);
  if ((act === 'list') !== (ids.length === 0)) throw new BadUsage(`quarantine ${act} takes ids, list takes none`);
  const requests: ControlRequest[] = act === 'list' ? [{ ask: 'quarantine' }] : ids.map((id) => ({ ask: act, id }));
  const words = { list: '', restore: 'Restored: ', delete: 'Deleted: ' };
  const show = (said: unknown) =>
    print(act === 'list' ? `${JSON.stringify(said, null, 2)}\n` : `${words[act]}${String(said)}\n`);
  let own: RunningAgent | null = null;
  try {
    for (const request of requests) {
      const answer = own ? null : await askAgent(loaded.settings.stateDir, request);
      if (answer && 'failed' in answer) throw new AgentRefused(answer.failed);
      if (answer) show(answer.ok);
      else {
        own ??= await startAgent({ ...(await optionsOf(loaded, () => undefined)), takesCommands: false });
        if (request.ask === 'restore') show(await own.quarantine.restore(request.id));
        else if (request.ask === 'delete') show(await own.quarantine.remove(request.id));
        else show(own.quarantine.list());
      }
    }
  } finally {
    await own?.stop();
  }
};

/** The value as anybody may see it. */
const shownSetting = (name: SettingName, value: unknown): string => {
  if (name === 'token' && value !== undefined) return '(set)';
  if (name === 'proxy' && typeof value === 'string') return JSON.stringify(withoutCredentials(value));
  return JSON.stringify(value ?? null);
};

/** Settings that a policy can lock. */
const policyKeys: Partial<Record<SettingName, PolicySettingKey>> = {
  watch: 'realTimeProtection.watchedFolders',
  exclude: 'scan.excludedFolders',
  maxFileMb: 'scan.largestFileBytes',
};

const config = async ({ settings, sources }: LoadedSettings, print: CliParts['print']) => {
  const locked = await lockedByPolicy(settings.stateDir);
  for (const name of settingNames) {
    const forced = locked.get(policyKeys[name] as PolicySettingKey);
    const value = name === 'maxFileMb' && forced !== undefined ? Number(forced) / bytesOf(1) : forced;
    const shown = value === undefined ? shownSetting(name, settings[name]) : JSON.stringify(value);
    print(`${name.padEnd(24)}${(value === undefined ? sources[name] : 'policy').padEnd(13)}${shown}\n`);
  }
};

/** Runs one command line. @throws AgentError for everything that is the user's or the world's fault */
export const runCli = async (parts: CliParts): Promise<void> => {
  const { args, env, print, mainFile } = parts;
  const flagOptions = Object.fromEntries(
    settingNames.map((name) => [flagOf(name), { type: 'string' as const, multiple: isListSetting(name) }]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...flagOptions,
        'unit-dir': { type: 'string' },
        'file-only': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new BadUsage(reasonOf(cause), { cause });
  }
  const [word = 'help', ...rest] = parsed.positionals;
  const command = commands.find((each) => each === word);
  if (!command) throw new BadUsage(`There is no command ${word}; try gatehouse-agent help`);
  if (rest.length > 0 && command !== 'scan' && command !== 'quarantine')
    throw new BadUsage(`${command} takes no ${rest.join(' ')}`);
  if (command === 'help' || parsed.values.help) return print(`${usage}\n`);

  const flags = Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = parsed.values[flagOf(name)];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const loaded = await loadSettings(flags, env);
  const unitDir = resolve(String(parsed.values['unit-dir'] ?? USUAL_UNIT_DIR));
  const isFileOnly = parsed.values['file-only'] === true;
  const { stateDir, signatureDir = '/var/lib/clamav' } = loaded.settings;
  switch (command) {
    case 'enrol':
      return enrol(loaded, print);
    case 'run':
      return run(loaded, parts);
    case 'status':
      return status(loaded, print);
    case 'scan':
      return scan(loaded, rest, parts);
    case 'quarantine':
      return quarantine(loaded, rest, parts);
    case 'config':
      return config(loaded, print);
    case 'install':
      return print(
        `Written: ${await installService(unitDir, { node: process.execPath, mainFile, stateDir, signatureDir }, isFileOnly)}\n`,
      );
    case 'uninstall':
      return print(`Removed: ${await uninstallService(unitDir, isFileOnly)}\n`);
  }
};
