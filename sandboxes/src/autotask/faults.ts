/** Planned failures, so that a connector's answer to each can be proved. */

/**
 * - `respond`: answers at once, nothing is done
 * - `delay`: waits, then does the work as usual
 * - `drop-before-store`: closes the connection, nothing is done
 * - `store-then-drop`: does the work and closes the connection: the caller cannot know
 * - `store-then-respond`: does the work and then answers with this status and body
 */
export type FaultMode = 'respond' | 'delay' | 'drop-before-store' | 'store-then-drop' | 'store-then-respond';

export interface FaultRule {
  /** Any when absent. */
  method?: string;
  /** Below the API version, without the query, any casing; `*` stands for anything: `/Tickets`, `/Tickets/*`. */
  path: string;
  /** How many requests it hits; then it is spent. */
  count: number;
  mode: FaultMode;
  status: number;
  body: unknown;
  /** Sent with the answer, e.g. Retry-After. */
  headers: Record<string, string>;
  delayMs: number;
}
export interface PlannedFault extends FaultRule {
  id: number;
  hits: number;
}

export const createFaults = () => {
  let nextId = 1;
  let planned: PlannedFault[] = [];
  return {
    add: (rule: Partial<FaultRule> & Pick<FaultRule, 'path'>): PlannedFault => {
      const fault: PlannedFault = {
        count: 1,
        mode: 'respond',
        status: 500,
        body: {
          errors: ['An unexpected error has occurred. Please contact your administrator, reference Error ID: 1.'],
        },
        headers: {},
        delayMs: 0,
        ...rule,
        id: nextId,
        hits: 0,
      };
      nextId += 1;
      planned.push(fault);
      return fault;
    },
    list: (): PlannedFault[] => planned.map((fault) => ({ ...fault })),
    remove: (id: number): boolean => {
      const before = planned.length;
      planned = planned.filter((fault) => fault.id !== id);
      return planned.length < before;
    },
    clear: (): void => {
      planned = [];
    },
    /** The first unspent fault for this request, and counts the hit. */
    take: (method: string, path: string): PlannedFault | null => {
      const fault = planned.find(
        (one) =>
          one.hits < one.count &&
          (one.method === undefined || one.method.toUpperCase() === method) &&
          matches(one.path, path),
      );
      if (!fault) return null;
      fault.hits += 1;
      return fault;
    },
  };
};
export type Faults = ReturnType<typeof createFaults>;

/** Does the path match, in any casing? Walks instead of using a regular expression, so no pattern is slow. */
const matches = (pattern: string, path: string): boolean => {
  const pieces = pattern.toLowerCase().split('*');
  const target = path.toLowerCase();
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return target === first;
  if (!target.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = target.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return target.length - last.length >= at && target.endsWith(last);
};
