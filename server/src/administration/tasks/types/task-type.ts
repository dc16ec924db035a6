import type { AgentCommand, CommandKind, TaskType, TaskWork } from '@gatehouse/contract';

/** What the device is told besides id, name and times. */
export interface Order {
  kind: CommandKind;
  details: Partial<Pick<AgentCommand, 'scan' | 'restart' | 'script'>>;
}

/** One type of task. A new one is a file here, a line in the list, and a member of `TaskWork` in the contract. */
export interface TaskTypeSpec<Type extends TaskType = TaskType> {
  type: Type;
  title: string;
  /** It can hold on and go on where it was. */
  canPause: boolean;
  /** How other systems know the type (TASKID_PRODUCT_NAME, TASKID_VERSION, TASKID_COMPONENT_NAME, TASK_NAME). */
  openApi: { product: string; version: string; component: string; name: string };
  orderOf: (work: Extract<TaskWork, { type: Type }>) => Order;
}

export const taskType = <Type extends TaskType>(spec: TaskTypeSpec<Type>): TaskTypeSpec<Type> => spec;

/** The security application and the agent, as tasks name them. */
export const SECURITY_PRODUCT = { product: 'GATEHOUSE-ENDPOINT', version: '1.0.0.0', component: '' } as const;
/** Network Agent: the numbers are those of the field. */
export const AGENT_PRODUCT = { product: '1103', version: '1.0.0.0', component: '86' } as const;
