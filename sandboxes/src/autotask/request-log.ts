const KEPT = 2000;
const BODY_LENGTH = 20_000;

/** One call of the API. Credentials are not in it. */
export interface LoggedRequest {
  number: number;
  at: string;
  method: string;
  /** Below the API version, without the query. */
  path: string;
  query: string;
  body: string;
  /** 0: the connection was dropped. */
  status: number;
  /** The first error text; null on success. */
  error: string | null;
  fault: string | null;
  durationMs: number;
}

/** The last calls of the API, oldest first. */
export const createRequestLog = () => {
  let entries: LoggedRequest[] = [];
  let number = 0;
  return {
    add: (entry: Omit<LoggedRequest, 'number'>): void => {
      number += 1;
      entries.push({ ...entry, number, body: entry.body.slice(0, BODY_LENGTH) });
      if (entries.length > KEPT * 2) entries = entries.slice(-KEPT);
    },
    list: (): LoggedRequest[] => entries.slice(-KEPT),
    clear: (): void => {
      entries = [];
    },
  };
};
export type RequestLog = ReturnType<typeof createRequestLog>;
