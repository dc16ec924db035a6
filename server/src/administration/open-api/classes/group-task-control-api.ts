import { TaskSettings } from '@gatehouse/contract';
import { BadFormat, binary, required } from '@gatehouse/protocols/ksc-open-api';
import { z } from 'zod';
import { newHandle } from '../login.ts';
import type { MethodClass } from '../method.ts';
import { readTasks, requireType, taskById, taskOf, writeTasks } from '../task-of.ts';
import { doerOfLogin } from '../writes.ts';

const IMPORT = 'imported task';

/** A task as a file: without its numbers, so that it can go to another server. */
const TaskFile = z.object({ kind: z.literal('gatehouse-task'), version: z.literal(1), settings: TaskSettings });

const readFile = (blob: Uint8Array): TaskSettings => {
  try {
    return TaskFile.parse(JSON.parse(Buffer.from(blob).toString('utf8'))).settings;
  } catch (error) {
    throw new BadFormat('a task that ExportTask of this server gave out is needed', 'pBlob', { cause: error });
  }
};

/** GroupTaskControlApi: tasks as files, and their statistics (KSCAPI 13, class GroupTaskControlApi). */
export const groupTaskControlApiClass: MethodClass = {
  ExportTask: readTasks(async (call) => {
    const task = await taskOf(call, 'wstrTaskId');
    requireType(call, task);
    const file = { kind: 'gatehouse-task', version: 1, settings: task.settings } satisfies z.input<typeof TaskFile>;
    return { PxgRetVal: binary(Buffer.from(JSON.stringify(file))) };
  }),

  /** Keeps the task until CommitImportedTask says whether it is wanted. */
  ImportTask: {
    needs: 'tasks:write',
    run: (call) => {
      const { args, login, nowMs } = call;
      const settings = readFile(required(args.binary('pBlob'), 'pBlob'));
      requireType(call, { settings });
      const id = newHandle();
      login.resultSets.add(id, IMPORT, settings, undefined, nowMs);
      return { PxgRetVal: id, pCommitInfo: {} };
    },
  },

  /** @returns the id of the new task; '' when it was not wanted */
  CommitImportedTask: writeTasks('task.import-decided', async ({ args, login, administration, nowMs }) => {
    const id = required(args.string('wstrId'), 'wstrId');
    const settings = login.resultSets.get<TaskSettings>(id, IMPORT, nowMs);
    if (!required(args.boolean('bCommit'), 'bCommit')) {
      login.resultSets.release(id, IMPORT, nowMs);
      return { PxgRetVal: '' };
    }
    const task = await administration.tasks.acts.add(login.server.id, settings, doerOfLogin(login));
    login.resultSets.release(id, IMPORT, nowMs);
    return { PxgRetVal: String(task.number) };
  }),

  /** Statistics are counted when they are asked for: there is nothing to be refreshed but the ids to be looked at. */
  RequestStatistics: readTasks(async (call) => {
    const ids = required(call.args.list('pTasksIds'), 'pTasksIds');
    for (const id of ids) {
      if (typeof id !== 'string' && typeof id !== 'number') throw new BadFormat('ids of tasks are needed', 'pTasksIds');
      await taskById(call, String(id));
    }
    return {};
  }),
};
