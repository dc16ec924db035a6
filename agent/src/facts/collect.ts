import { DeviceFacts } from '@gatehouse/contract';
import { reasonOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AnyFact, FactSources } from './fact.ts';

const FACT_TIMEOUT_MS = 15_000;

const inTime = async <T>(work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no result in ${FACT_TIMEOUT_MS} ms`)), FACT_TIMEOUT_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Collects all facts. One that fails is unknown and left out; the log says so once per new reason, since the same
 * failure comes back with every sync.
 */
export const factCollector = (facts: readonly AnyFact[], sources: FactSources, logger: Logger) => {
  const lastFailure = new Map<string, string>();
  const collectOne = async (each: AnyFact): Promise<[string, unknown] | null> => {
    try {
      const value = await inTime<unknown>(each.collect(sources));
      const checked = DeviceFacts.shape[each.name].parse(value);
      lastFailure.delete(each.name);
      return checked === undefined ? null : [each.name, checked];
    } catch (cause) {
      const reason = reasonOf(cause);
      if (lastFailure.get(each.name) !== reason)
        logger.warn('A fact could not be collected', { fact: each.name, reason });
      lastFailure.set(each.name, reason);
      return null;
    }
  };
  return async (): Promise<DeviceFacts> => {
    const collected = await Promise.all(facts.map(collectOne));
    return DeviceFacts.parse(Object.fromEntries(collected.filter((entry) => entry !== null)));
  };
};
