import { pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { isHostId } from './host-id.ts';
import { newHandle } from './login.ts';
import type { Call } from './method.ts';

const HOST_TASKS = 'host tasks';

/** What a client holds while it speaks of one host's own tasks. */
export interface HostObject {
  deviceId: string;
  tenantId: string;
  /** The tasks that ResetTasksIterator found and GetNextTask has not told yet, by id. */
  waiting: string[];
}

/** The answer of HostGroup.GetHostTasks: the id by which HostTasks knows the host. @throws PxgError 1186 */
export const openHostObject = async (call: Call): Promise<string> => {
  const { args, login, administration, nowMs } = call;
  const host = required(args.string('strHostName'), 'strHostName');
  const device = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
  if (!device) throw pxgError('notFound', `There is no host ${host}`);
  const id = newHandle();
  const object: HostObject = { deviceId: device.id, tenantId: device.tenant_id, waiting: [] };
  login.resultSets.add(id, HOST_TASKS, object, undefined, nowMs);
  return id;
};

/** @throws PxgError 1186 */
export const hostObjectOf = ({ args, login, nowMs }: Call): HostObject =>
  login.resultSets.get<HostObject>(required(args.string('strSrvObjId'), 'strSrvObjId'), HOST_TASKS, nowMs);
