/** What the main thread says to the PGlite worker. `client` stands for a connection: transactions belong to one. */
export type ToWorker =
  | { kind: 'run'; id: number; client: number; sql: string; params: (string | null)[] }
  | { kind: 'release'; client: number }
  | { kind: 'close'; id: number };

/** Fields of a database error, as node-postgres names them. */
export interface ErrorFields {
  message: string;
  stack?: string;
  [field: string]: unknown;
}

export interface Result {
  command: string;
  rowCount: number;
  rows: Record<string, unknown>[];
}

/** What the worker answers. A run is answered with one result per statement. */
export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'failed-to-open'; error: ErrorFields }
  | { kind: 'result'; id: number; results: Result[] }
  | { kind: 'error'; id: number; error: ErrorFields };
