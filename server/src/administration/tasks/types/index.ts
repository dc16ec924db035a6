import type { TaskType, TaskWork } from '@gatehouse/contract';
import { findVulnerabilities } from './find-vulnerabilities.ts';
import { restart } from './restart.ts';
import { runScript } from './run-script.ts';
import { scan } from './scan.ts';
import type { Order, TaskTypeSpec } from './task-type.ts';
import { updateDatabases } from './update-databases.ts';

const specs: { [Type in TaskType]: TaskTypeSpec<Type> } = {
  scan,
  'update-databases': updateDatabases,
  'find-vulnerabilities': findVulnerabilities,
  restart,
  'run-script': runScript,
};

/** Every type of task, in the order in which people choose among them. */
export const typeSpecs: readonly Omit<TaskTypeSpec, 'orderOf'>[] = Object.values(specs);

export const typeSpec = (type: TaskType): Omit<TaskTypeSpec, 'orderOf'> => specs[type];

/** What devices are told to do. */
export const orderOf = (work: TaskWork): Order => (specs[work.type] as TaskTypeSpec).orderOf(work as never);
