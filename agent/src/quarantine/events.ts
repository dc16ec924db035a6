import type { NewEvent } from '../spool/index.ts';
import { clip } from '../threat-events.ts';
import { agentProduct } from '../version.ts';
import type { Entry } from './entry.ts';

const INFO = 1;
const WARNING = 2;
const FUNCTIONAL_FAILURE = 3;

const about = ({ path, threatName, threatUid, sha256 }: AboutObject): NewEvent['params'] => ({
  ...(sha256 ? { 1: sha256 } : {}),
  2: clip(path, 512),
  5: clip(threatName, 512),
  6: threatUid,
});

type AboutObject = Pick<Entry, 'path' | 'threatName' | 'threatUid'> & { sha256: string | null };

/** A person decided that it is harmless, so it is dangerous again if the person was wrong. */
export const restoredEvent = (entry: Entry, at: Date): NewEvent => ({
  type: 'GATEHOUSE_AGENT_OBJECT_RESTORED',
  riseTime: at.toISOString(),
  severity: WARNING,
  displayName: 'Object restored from quarantine',
  description: clip(`${entry.path}, in which ${entry.threatName} was found, is back in its place`, 1000),
  product: agentProduct,
  params: about(entry),
});

export const removedEvent = (entry: Entry, why: string, at: Date): NewEvent => ({
  type: 'GATEHOUSE_AGENT_OBJECT_REMOVED',
  riseTime: at.toISOString(),
  severity: INFO,
  displayName: 'Object deleted from quarantine',
  description: clip(`${entry.path}, in which ${entry.threatName} was found, was deleted for good: ${why}`, 1000),
  product: agentProduct,
  params: about(entry),
});

export const notMovedEvent = (object: AboutObject, why: string, at: Date): NewEvent => ({
  type: 'GATEHOUSE_AGENT_OBJECT_NOT_QUARANTINED',
  riseTime: at.toISOString(),
  severity: FUNCTIONAL_FAILURE,
  displayName: 'Object could not be moved to quarantine',
  description: clip(why, 1000),
  product: agentProduct,
  params: about(object),
});
