/** What of a recording a documented server would not know, and what it leaves open. */
import { API_PREFIX, callFaults, LOGIN_PATH } from '../../protocols/src/ksc-open-api/index.ts';
import type { RecordedPair } from './recording.ts';

export interface RecordingReport {
  /** How often each method was called, by `Class.Method`; logins and files stand under their own names. */
  calls: ReadonlyMap<string, number>;
  /** One line each: methods and arguments that no documentation has. */
  faults: string[];
}

export const checkRecording = (pairs: readonly RecordedPair[]): RecordingReport => {
  const calls = new Map<string, number>();
  const faults = new Set<string>();
  for (const { request } of pairs) {
    const name = nameOf(request);
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (name === 'login' || name === 'file') continue;
    const { body } = request;
    const args = body && 'json' in body ? body.json : {};
    if (body && 'leftOutBytes' in body) faults.add(`${name}: the body was left out of the recording: ${body.why}`);
    for (const fault of callFaults(name, (args ?? {}) as Record<string, unknown>)) faults.add(fault);
  }
  return { calls, faults: [...faults].toSorted() };
};

const nameOf = ({ method, path }: RecordedPair['request']): string => {
  if (path === LOGIN_PATH) return 'login';
  if (method === 'GET' || method === 'PUT') return 'file';
  return path.startsWith(API_PREFIX) ? path.slice(API_PREFIX.length) : path;
};
