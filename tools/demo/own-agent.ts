/** The real agent on this very machine, as one more device of a sample customer. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningAgent, startAgent } from '../../agent/src/index.ts';
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

/** @returns null where there is no scanner, or where the customer was deleted */
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
  const isEnrolled = existsSync(join(stateDir, 'identity.json'));
  const agent = await startAgent({
    serverUrl: url,
    stateDir,
    watch: [watched],
    signatureDir: inRoot('agent', 'signatures'),
    clamdSocket: null,
    ...(isEnrolled ? {} : { token: await enrolmentTokenFor(parts, customer, GROUP) }),
    log: ({ level, message }) => {
      if (level === 'error') parts.say(`Demo: the agent of this machine: ${message}`);
    },
  });
  return { agent, watched, owner: OWNER };
};
