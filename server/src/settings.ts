import { z } from 'zod';
import { type LoadedConfig, loadConfig } from './platform/config/index.ts';
import { logFormats, logLevels } from './platform/log/index.ts';

export const SETTINGS_PREFIX = 'GATEHOUSE_';
const SETTINGS_FILE = 'gatehouse.yaml';
/** Variables of the test suite and of the agent, which may run on the same machine. */
const OTHER_PREFIXES = ['GATEHOUSE_TEST_', 'GATEHOUSE_AGENT_'];

const port = (help: string, byDefault: number) => z.int().min(0).max(65_535).default(byDefault).meta({ help });
const path = z.string().min(1).max(4096);

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** Which parts of Gatehouse a process can run. */
export const serverRoles = ['administration', 'integrations'] as const;
export type ServerRole = (typeof serverRoles)[number];

/** Every setting of the server. Each is a flag, an environment variable and a key of the settings file. */
export const Settings = z.object({
  dataDir: path.default('./data').meta({ help: 'Folder of the embedded stores and of what the server keeps on disk' }),
  httpHost: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ help: 'Address for console, agents and API; 0.0.0.0 makes it reachable from other machines' }),
  httpPort: port('Port for console, agents and API; 0 takes a free one', 8080),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .meta({ help: 'How people and agents reach the server, as https://gatehouse.example; needed behind a proxy' }),
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default([])
    .meta({ help: 'Addresses of proxies whose X-Forwarded-For is believed' }),
  anonymousCallsPerMinute: z
    .int()
    .min(10)
    .max(1_000_000)
    .default(300)
    .meta({ help: 'Calls that one address may make in a minute without being signed in' }),
  openApiHost: z.string().min(1).default('127.0.0.1').meta({ help: 'Address for the KSC Open API' }),
  openApiPort: port('Port for the KSC Open API; 0 takes a free one', 13_299),
  autotaskSandboxPort: port('Port of the Autotask stand-in that the demo starts; 0 takes a free one', 9080),
  roles: z
    .array(z.enum(serverRoles))
    .min(1)
    .default([...serverRoles])
    .meta({ help: 'Which parts this process runs' }),
  databaseUrl: z
    .url({ protocol: /^postgres(ql)?$/, error: 'Must be as postgresql://user:password@host:5432/database' })
    .nullable()
    .default(null)
    .meta({ help: 'PostgreSQL 15 or newer; not set: embedded in the data folder', secret: true }),
  clickhouseUrl: z
    .url({ protocol: /^https?$/, error: 'Must be as http://user:password@host:8123/database' })
    .nullable()
    .default(null)
    .meta({ help: 'ClickHouse server or cluster; not set: embedded in the data folder', secret: true }),
  secretKeyFile: path.nullable().default(null).meta({
    help: 'Key that seals secrets in the database; not set: secret.key in the data folder, made on first start',
  }),
  logLevel: z.enum(logLevels).default('info').meta({ help: 'The least that is logged' }),
  logFormat: z
    .enum(logFormats)
    .nullable()
    .default(null)
    .meta({ help: 'One JSON object a line, or lines for people; not set: for people on a terminal, else JSON' }),
  demo: z.boolean().default(false).meta({ help: 'Start with sample tenants, devices and an Autotask stand-in' }),
  visibleForMinutes: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(120)
    .meta({ help: 'A device that was not heard of for longer counts as not visible' }),
  agentSyncSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .meta({ help: 'How often agents tell what is true of their device' }),
  timeZone: z
    .string()
    .refine((name) => isTimeZone(name), 'Must be the name of a time zone, as Europe/Berlin')
    .default(Intl.DateTimeFormat().resolvedOptions().timeZone)
    .meta({ help: 'Time zone in which schedules of tasks count; not set: that of this computer' }),
  taskHistoryDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(90)
    .meta({ help: 'How long runs of tasks and commands to devices are kept after their end' }),
  remoteScripts: z
    .boolean()
    .default(false)
    .meta({ help: 'Tasks may run scripts on devices; agents decide for themselves as well' }),
  deletedHistoryDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(90)
    .meta({ help: 'How long the history of a deleted group, tenant, user and so on is kept' }),
  siemQueueMostMegabytes: z
    .int()
    .min(32)
    .max(1_000_000)
    .default(1024)
    .meta({ help: 'Most that one export to a SIEM keeps on the disk while its receiver is away' }),
  systemLogSocket: path
    .default('/dev/log')
    .meta({ help: 'Where the operating system takes log messages, for event types that go to its log' }),
  integrationPollSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(15)
    .meta({ help: 'How often the Integration Service reads its Administration Servers' }),
  configReloadMinutes: z
    .int()
    .min(1)
    .max(1_440)
    .default(15)
    .meta({ help: 'How soon the Integration Service heeds settings that another process saved; its own at once' }),
  psaProxyUrl: z
    .url({ protocol: /^https?$/, error: 'Must be as http://proxy.example.com:3128' })
    .nullable()
    .default(null)
    .meta({ help: 'Proxy for calls to PSAs, unless an integration names its own or goes without' }),
  psaProxyUser: z.string().max(200).default('').meta({ help: 'User name for that proxy, when it asks for one' }),
  psaProxyPassword: z.string().max(200).default('').meta({ help: 'Password for that proxy', secret: true }),
  trace: z
    .boolean()
    .default(false)
    .meta({ help: 'Write what the Integration Service says and hears to trace files; they may hold personal data' }),
  sessionIdleMinutes: z
    .int()
    .min(1)
    .max(100_000)
    .default(60)
    .meta({ help: 'A console session ends after so long without a call' }),
  sessionAbsoluteHours: z
    .int()
    .min(1)
    .max(10_000)
    .default(12)
    .meta({ help: 'A console session ends after so long in any case' }),
  consoleDir: path
    .nullable()
    .default(null)
    .meta({ help: 'Folder with the built console; not set: the one that belongs to this server' }),
});
export type Settings = z.output<typeof Settings>;

/** @throws ConfigInvalid */
export const loadSettings = (
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  folder?: string,
): LoadedConfig<typeof Settings> =>
  loadConfig({
    schema: Settings,
    argv,
    env,
    prefix: SETTINGS_PREFIX,
    otherPrefixes: OTHER_PREFIXES,
    folder,
    defaultFile: SETTINGS_FILE,
  });
