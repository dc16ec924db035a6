/** Values of `{name:Type}` placeholders. */
export type Params = Record<string, unknown>;

/** One connection, for one statement at a time. Throws whatever the driver throws. */
export interface EngineConnection {
  command(sql: string, params: Params): Promise<void>;
  insert(table: string, rows: readonly object[]): Promise<void>;
  query(sql: string, params: Params): Promise<unknown[]>;
  close(): Promise<void>;
}

/** A connection for results that are read as they come. */
export interface StreamConnection {
  stream(sql: string, params: Params): AsyncIterable<unknown>;
  close(): Promise<void>;
}

/** The connections by purpose: settings belong to a connection, so that no statement can change another's. */
export interface Backend {
  kind: 'chdb' | 'clickhouse';
  /** For messages: the folder, or host and port. */
  at: string;
  cluster?: string;
  writers: EngineConnection[];
  maintenance: EngineConnection[];
  readers: EngineConnection[];
  streamers: StreamConnection[];
  /** Never waits behind others: for pings and for stopping statements. */
  control: EngineConnection;
}

/** What a search may cost at most, whoever asks. */
export interface ReaderLimits {
  maxSeconds: number;
  maxMemoryBytes: number;
  maxResultRows: number;
}

/** How values are read and written, equal for both backends whatever their own defaults are. */
export const commonSettings = {
  session_timezone: 'UTC',
  date_time_input_format: 'best_effort',
  input_format_skip_unknown_fields: 1,
  input_format_null_as_default: 1,
  output_format_json_quote_64bit_integers: 0,
  async_insert: 0,
} as const;

/** In this order: nothing can be set after `readonly`. */
export const readerSettings = (limits: ReaderLimits) => ({
  ...commonSettings,
  max_execution_time: limits.maxSeconds,
  max_memory_usage: limits.maxMemoryBytes,
  max_result_rows: limits.maxResultRows,
  // The newest rows of a table of many parts: parts that hold older ones are judged by their index and not opened.
  read_in_order_use_virtual_row: 1,
  readonly: 1,
});

/** A stream of rows may be long; it is bounded in memory and time, not in rows. */
export const streamSettings = (limits: ReaderLimits, maxSeconds: number) => ({
  ...readerSettings(limits),
  max_execution_time: maxSeconds,
  max_result_rows: 0,
  readonly: 1,
});
