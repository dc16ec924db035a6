/**
 * The parts of a `create table` that differ between one node and a cluster:
 *
 *     create table if not exists event ${ddl.onCluster} (…)
 *     engine = ${ddl.engine('MergeTree')} order by (tenant, at) ${ddl.settings({ ttl_only_drop_parts: 1 })}
 */
export interface Ddl {
  /** `on cluster '…'`, or nothing. Belongs behind the name in every create, alter and drop. */
  onCluster: string;
  /** The table engine, replicated in a cluster: `engine('ReplacingMergeTree', 'version')`. */
  engine(family: `${string}MergeTree`, ...args: string[]): string;
  /** The `settings` clause with which an answered insert is on the disk, and what else is given. */
  settings(more?: Record<string, string | number>): string;
}

/** @param cluster its name in the server's configuration; embedded and single servers have none */
export const ddlFor = (cluster?: string): Ddl => ({
  onCluster: cluster ? `on cluster '${cluster.replaceAll("'", "''")}'` : '',
  engine: (family, ...args) => {
    const replication = cluster ? [`'/clickhouse/tables/{shard}/{database}/{table}'`, `'{replica}'`] : [];
    return `${cluster ? 'Replicated' : ''}${family}(${[...replication, ...args].join(', ')})`;
  },
  settings: (more = {}) => {
    // Without these two an insert survives the death of the process only, not that of the machine.
    const all = { fsync_after_insert: 1, fsync_part_directory: 1, ...more };
    const clauses = Object.entries(all).map(
      ([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`,
    );
    return `settings ${clauses.join(', ')}`;
  },
});
