import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';

/** The system has no log, or the log did not take what was written. */
export class SystemLogFailed extends Error {
  readonly code: 'system-log.no-socket' | 'system-log.not-written';
  constructor(code: SystemLogFailed['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const MOST_SECONDS = 30;

/**
 * Writes lines, each beginning with its priority (`<11>`), to the log's socket. Node speaks no Unix datagrams, so the
 * system's own `logger` does: told by arguments and its standard input, without a shell.
 *
 * @throws SystemLogFailed
 */
export const writeLines = async (socket: string, tag: string, lines: readonly string[]): Promise<void> => {
  const place = await stat(socket).catch(() => null);
  if (!place?.isSocket()) {
    throw new SystemLogFailed('system-log.no-socket', `There is no log socket at ${socket} on this computer`);
  }
  const child = spawn(
    'logger',
    ['--prio-prefix', '--tag', tag, '--socket', socket, '--socket-errors=on', '--size', '8KiB'],
    { stdio: ['pipe', 'ignore', 'pipe'], timeout: MOST_SECONDS * 1000 },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 1000);
  });
  // A logger that ends early breaks the pipe; how it ended says more.
  child.stdin.on('error', () => {});
  child.stdin.end(`${lines.join('\n')}\n`);
  try {
    const [code, signal] = await once(child, 'close');
    if (code === 0) return;
    throw new SystemLogFailed('system-log.not-written', said.trim() || `logger ended with ${signal ?? code}`);
  } catch (error) {
    if (error instanceof SystemLogFailed) throw error;
    throw new SystemLogFailed('system-log.not-written', error instanceof Error ? error.message : String(error));
  }
};
