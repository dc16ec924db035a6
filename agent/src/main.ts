#!/usr/bin/env node
/** The agent as a program; `gatehouse-agent help` tells what it can do. */
import { fileURLToPath } from 'node:url';
import { runCli } from './cli.ts';
import { AgentError } from './errors.ts';

const stopping = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());

try {
  await runCli({
    args: process.argv.slice(2),
    env: process.env,
    print: (text) => void process.stdout.write(text),
    signal: stopping.signal,
    mainFile: fileURLToPath(import.meta.url),
  });
} catch (cause) {
  // What is no AgentError is a bug: it ends the process with its stack.
  if (!(cause instanceof AgentError)) throw cause;
  process.stderr.write(`${cause.code}: ${cause.message}\n`);
  process.exitCode = cause.code === 'agent.bad_usage' || cause.code === 'agent.bad_settings' ? 2 : 1;
}
