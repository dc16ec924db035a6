import { parseArgs } from 'node:util';
import { SandboxError } from './errors.ts';
import { sampleCredentials } from './fixture.ts';
import { startAutotaskSandbox } from './sandbox.ts';

const USAGE =
  'Usage: node sandboxes/src/autotask/main.ts [--port 9080] [--host 127.0.0.1] [--data-file FILE] [--second-zone-port N]';
const DEFAULT_PORT = 9080;

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'data-file': { type: 'string' },
        'second-zone-port': { type: 'string' },
      },
    });
    const portOf = (flag: string, text: string): number => {
      const port = Number(text);
      if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
      return fail(`--${flag} must be a number from 0 to 65535.\n${USAGE}`);
    };
    const second = values['second-zone-port'];
    return {
      port: values.port === undefined ? DEFAULT_PORT : portOf('port', values.port),
      host: values.host,
      dataFile: values['data-file'],
      secondZonePort: second === undefined ? undefined : portOf('second-zone-port', second),
    };
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
};

const start = async (): Promise<void> => {
  const sandbox = await startAutotaskSandbox({ ...readOptions(), log: (line) => console.error(line) });
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    try {
      await sandbox.close();
    } catch (error) {
      fail(`The data file could not be written: ${(error as Error).message}`);
    }
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  console.log(
    `Autotask sandbox: ${sandbox.origin}/ (tickets), ${sandbox.baseUrl} (API), ${sandbox.origin}/_sandbox (control)`,
  );
  if (sandbox.secondZoneOrigin !== null) console.log(`Second zone: ${sandbox.secondZoneOrigin}/`);
  const { userName, secret, trackingId } = sampleCredentials;
  console.log(`Sample credentials: UserName ${userName}, Secret ${secret}, ApiIntegrationCode ${trackingId}`);
};

start().catch((error: unknown) => {
  fail(error instanceof SandboxError ? `${error.message} [${error.code}]` : String((error as Error).stack ?? error));
});
