import { dateTime, type Params, type ParamValue } from '@gatehouse/protocols/ksc-open-api';
import { stateCodeOf } from '../commands/index.ts';
import type { OpenApiDoors } from './method.ts';

type RunDevice = Awaited<ReturnType<OpenApiDoors['tasks']['runCommands']['page']>>['rows'][number];

const READ_AT_ONCE = 1000;

const attributes: Readonly<Record<string, (row: RunDevice, code: number) => ParamValue>> = {
  domain_name: () => '',
  hostname: (row) => row.device_id,
  hostdn: (row) => row.device_name,
  state_code: (_row, code) => code,
  try_count: () => 1,
  state_descr: (row) => row.result ?? '',
  start_time: (row) => dateTime(row.started_at),
  finish_time: (row) => dateTime(row.finished_at),
  completed_percent: (row) => row.completed_percent ?? (row.state === 'completed' ? 100 : 0),
  src_event_id: () => 0,
};

/** Hosts of a run as rows of a status list (KSCAPI 16 a00182): those in one of the wanted states, by name. */
export const hostStatuses = async (
  tasks: OpenApiDoors['tasks'],
  runId: string,
  { fields, stateMask, now }: { fields: readonly string[]; stateMask: number; now: Date },
): Promise<Params[]> => {
  const names = fields.length > 0 ? fields.filter((name) => Object.hasOwn(attributes, name)) : Object.keys(attributes);
  const found: Params[] = [];
  let after: string | undefined;
  do {
    const page = await tasks.runCommands.page(runId, { limit: READ_AT_ONCE, ...(after !== undefined && { after }) });
    for (const row of page.rows) {
      const code = stateCodeOf(row.state, row.available_at > now);
      if (stateMask !== 0 && (stateMask & code) === 0) continue;
      found.push(Object.fromEntries(names.map((name) => [name, attributes[name]?.(row, code)])));
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
};
