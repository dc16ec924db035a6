import type { AgentCommand, CommandState } from '@gatehouse/contract';

/** States after which nothing more is expected of a device. */
export const finalStates = ['completed', 'completed-with-warnings', 'failed', 'expired', 'cancelled'] as const;

/** What a command says beside who, when and until when. */
export type CommandDetails = Omit<AgentCommand, 'id' | 'kind' | 'displayName' | 'createdAt' | 'expiresAt'>;

/** What people can ask of a command that is under way. */
export type CommandRequest = 'cancel' | 'pause' | 'resume';

/** What a device said of a command, gathered from its task-state events. */
export interface CommandReport {
  id: string;
  deviceId: string;
  state: CommandState;
  completedPercent: number | null;
  result: string | null;
  /** By the device's clock; null: said nothing of it. */
  startedAt: Date | null;
  finishedAt: Date | null;
  /** By the server's clock. */
  heardAt: Date;
  /** Its changes of state, oldest first. */
  steps: { at: Date; state: CommandState; text: string }[];
}

/** Devices of a run as the Open API counts them (GetTaskStatistics), and beyond: why a device is not done. */
export interface RunFigures {
  counts: Record<
    'pending' | 'scheduled' | 'running' | 'paused' | 'completed' | 'warning' | 'failed' | 'expired' | 'cancelled',
    number
  >;
  devices: number;
  percent: number;
}

/** State codes of a device in a task (Open API, host task state mask). */
export const stateCodeOf = (state: CommandState, isHeldBack: boolean): number => {
  switch (state) {
    case 'waiting':
      return isHeldBack ? 32 : 1;
    case 'taken':
      return 32;
    case 'running':
      return 2;
    case 'suspended':
      return 64;
    case 'completed':
      return 4;
    case 'completed-with-warnings':
      return 8;
    default:
      return 16;
  }
};
