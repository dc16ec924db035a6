import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { type Role, roleNames } from '@gatehouse/contract';
import { openStores, startApp } from './app.ts';
import { startDemo } from './demo.ts';
import { describeConfig, helpText } from './platform/config/index.ts';
import { AppError, InvalidInput } from './platform/errors/index.ts';
import { createLifecycle } from './platform/lifecycle/index.ts';
import { createLog } from './platform/log/index.ts';
import { installCommand, removeCommand } from './service-commands.ts';
import { loadSettings, SETTINGS_PREFIX, Settings } from './settings.ts';
import { VERSION } from './version.ts';

const usage = `Gatehouse ${VERSION}

  gatehouse serve                    start the server (also without a command)
  gatehouse config                   print the effective settings, secrets masked
  gatehouse user add NAME [ROLE]     add a user; asks for the password (or reads it from standard input)
                                     roles: ${roleNames.join(', ')}
  gatehouse install --accept-license [--user NAME] [settings]
                                     install as a service of this machine, or bring it to this version
  gatehouse remove --keep-data | --purge
                                     take the service away; data and settings stay, or go
  gatehouse certificate              print the Open API's certificate (PEM) for clients that pin it
  gatehouse help

Settings, in the order in which they win: flag, environment variable, gatehouse.yaml, default.
`;

const say = (line: string) => stdout.write(`${line}\n`);

const serve = async (argv: readonly string[]): Promise<void> => {
  const { values: settings, operands } = loadSettings(argv, process.env);
  refuseOperands(operands);
  const log = createLog({
    level: settings.logLevel,
    format: settings.logFormat ?? (stdout.isTTY ? 'pretty' : 'json'),
    output: process.stderr,
  });
  const lifecycle = createLifecycle({ log });
  lifecycle.stopOnSignals();
  const app = await startApp({ settings, log, lifecycle, onStep: (step) => say(`  ${step} …`) });
  say(`Gatehouse is ready at ${app.url}`);
  if (app.openApiPort !== null) say(`KSC Open API: https://${settings.openApiHost}:${app.openApiPort}`);
  if (app.setupLink) say(`Set-up link: ${app.setupLink}`);
  if (settings.demo) await startDemo({ app, settings, log, lifecycle, say });
};

const readPassword = async (): Promise<string> => {
  if (!stdin.isTTY) return readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  const prompt = createInterface({ input: stdin, output: stdout });
  try {
    return await prompt.question('Password (is shown while you type): ');
  } finally {
    prompt.close();
  }
};

const addUser = async (argv: readonly string[]): Promise<void> => {
  const { values: settings, operands } = loadSettings(argv, process.env);
  const [name, role = 'administrator', ...rest] = operands;
  refuseOperands(rest);
  if (name === undefined || !(roleNames as string[]).includes(role)) {
    throw new InvalidInput(`Say it as: gatehouse user add NAME [${roleNames.join('|')}]`);
  }
  const log = createLog({ level: 'warn', format: 'pretty', output: process.stderr });
  const lifecycle = createLifecycle({ log });
  try {
    const password = await readPassword();
    const { accounts, audit } = await openStores({ settings, log, lifecycle, onStep: () => {} });
    const user = await accounts.addUser({ name, password, role: role as Role, tenantIds: null });
    await audit.recordByServer({ action: 'user.added', target: `user ${user.name}`, after: { name: user.name, role } });
    say(`Added ${user.name} as ${role}`);
  } finally {
    await lifecycle.stop('done');
  }
};

const printCertificate = (argv: readonly string[]): void => {
  const { values: settings } = loadSettings(argv, process.env);
  const file = join(resolve(settings.dataDir), 'certificates', 'open-api.cert.pem');
  try {
    stdout.write(readFileSync(file));
  } catch {
    throw new InvalidInput(`There is no certificate in ${file} yet; start the server once`, [], 'certificate.missing');
  }
};

const refuseOperands = (operands: readonly string[]): void => {
  if (operands.length > 0)
    throw new InvalidInput(`I do not know what “${operands.join(' ')}” means; see: gatehouse help`);
};

const run = async (argv: readonly string[]): Promise<void> => {
  const [command, ...rest] = argv;
  if (command === undefined || (command.startsWith('-') && command !== '--help')) return serve(argv);
  switch (command) {
    case 'serve':
      return rest.includes('--help') ? void stdout.write(usage + helpText(Settings, SETTINGS_PREFIX)) : serve(rest);
    case 'config':
      return void stdout.write(describeConfig(Settings, loadSettings(rest, process.env)));
    case 'user':
      if (rest[0] !== 'add') throw new InvalidInput('I know “user add” only; see: gatehouse help');
      return addUser(rest.slice(1));
    case 'install':
      return installCommand(rest, say);
    case 'remove':
      return removeCommand(rest, say);
    case 'certificate':
      return printCertificate(rest);
    case 'help':
    case '--help':
      return void stdout.write(usage + helpText(Settings, SETTINGS_PREFIX));
    default:
      throw new InvalidInput(`There is no command “${command}”; see: gatehouse help`);
  }
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  // What we expect is a sentence for whoever typed the command; anything else is a bug and shows where.
  if (error instanceof AppError) {
    process.stderr.write(`${error.message}\n`);
    for (const issue of error.issues) process.stderr.write(`  ${issue.where}: ${issue.what}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  process.exit(1);
}
