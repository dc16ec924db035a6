/** The real agent on this very machine, as one more device of a sample customer. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NotEnrolled, type RunningAgent, startAgent } from '../../agent/src/index.ts';
import { inRoot } from '../lib/root.mjs';
import { type Customer, enrolmentTokenFor } from './customers.ts';
import type { DemoParts } from './parts.ts';

const scanners = ['/usr/bin/clamscan', '/usr/local/bin/clamscan', '/usr/bin/clamdscan'];
const OWNER = 'Alder Bakery';
const GROUP = 'Office';

export interface OwnAgent {
  agent: RunningAgent;
  watched: string;
  owner: string;
}

/**
 * @returns null where there is no scanner, or where the customer was deleted
 * @throws AgentError
 */
export const startOwnAgent = async (
  parts: DemoParts,
  customers: ReadonlyMap<string, Customer>,
  { url, folder }: { url: string; folder: string },
): Promise<OwnAgent | null> => {
  const customer = customers.get(OWNER);
  if (!customer || !scanners.some((file) => existsSync(file))) return null;
  const watched = join(folder, 'watched');
  const stateDir = join(folder, 'agent');
  mkdirSync(watched, { recursive: true });
  const start = (token?: string) =>
    startAgent({
      serverUrl: url,
      stateDir,
      watch: [watched],
      signatureDir: inRoot('agent', 'signatures'),
      clamdSocket: null,
      ...(token ? { token } : {}),
      log: ({ level, message }) => {
        if (level === 'error') parts.say(`Demo: the agent of this machine: ${message}`);
      },
    });
  try {
    return { agent: await start(), watched, owner: OWNER };
  } catch (error) {
    if (!(error instanceof NotEnrolled)) throw error;
    // The first start, or a server at another address than before: a key is for one address.
    return { agent: await start(await enrolmentTokenFor(parts, customer, GROUP)), watched, owner: OWNER };
  }
};
