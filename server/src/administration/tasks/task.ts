import type { TaskRun, TaskSettings } from '@gatehouse/contract';
import type { RunFigures } from '../commands/index.ts';

/** A task of one tenant. */
export interface TaskRecord {
  id: string;
  /** As other systems know it. */
  number: number;
  tenantId: string;
  settings: TaskSettings;
  createdAt: Date;
  createdBy: string;
  changedAt: Date;
  nextRunAt: Date | null;
  /** When an event last started it. */
  lastEventRunAt: Date | null;
}

/** One start of a task, with what it started with. */
export interface RunRecord {
  id: string;
  number: number;
  taskId: string;
  tenantId: string;
  settings: TaskSettings;
  state: TaskRun['state'];
  request: TaskRun['request'];
  cause: TaskRun['cause'];
  /** Made from what caused it; see `RunCause`. */
  causeKey: string;
  causeText: string;
  startedAt: Date;
  finishedAt: Date | null;
  expiresAt: Date;
  /** Only these devices of the target; null: all. */
  deviceIds: string[] | null;
  leftOut: number;
  /** Of a run that is over. */
  figures: RunFigures | null;
}

/** Why a run begins. Two with the same key are one. */
export interface RunCause {
  cause: TaskRun['cause'];
  /** Made from what caused it, so that a repeated attempt starts nothing twice. */
  key: string;
  text: string;
  deviceIds?: readonly string[];
}

const HOUR_MS = 3_600_000;

export const expiryOf = ({ waitHours, spreadMinutes }: TaskSettings, startedAt: Date): Date =>
  new Date(startedAt.getTime() + waitHours * HOUR_MS + spreadMinutes * 60_000);

/** All devices of a server together tell their progress about so often in a second. */
const PROGRESS_A_SECOND = 100;
const SELDOMEST_PROGRESS_SECONDS = 300;

/** How often each of so many devices tells its progress. */
export const progressEverySeconds = (devices: number): number =>
  Math.min(SELDOMEST_PROGRESS_SECONDS, Math.max(1, Math.ceil(devices / PROGRESS_A_SECOND)));
