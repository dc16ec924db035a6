import { describe, expect, it } from 'vitest';
import { foldTaskStates, type TaskStateEvent } from './task-state.ts';

const ID = '0b510000-0000-4000-8000-000000000001';
const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second));

const event = (oldState: number, newState: number, second: number, more: Partial<TaskStateEvent> = {}) => ({
  deviceId: 'd1',
  taskId: ID,
  taskOldState: oldState,
  taskNewState: newState,
  completedPercent: -1,
  severity: 1,
  description: '',
  riseTime: at(second),
  registrationTime: at(second + 30),
  ...more,
});

describe('task-state events of one batch', () => {
  it('are one report for each command: the last word, with the steps and without the progress in between', () => {
    const [report, ...others] = foldTaskStates([
      event(0, 1, 1, { description: 'Started' }),
      event(1, 1, 2, { completedPercent: 30, description: '30 % done' }),
      event(0, 1, 2, { deviceId: 'd2' }),
      event(1, 4, 9, { completedPercent: 100, description: 'Scanned', severity: 2 }),
    ]);
    expect(others).toMatchObject([{ deviceId: 'd2', state: 'running' }]);
    expect(report).toEqual({
      id: ID,
      deviceId: 'd1',
      state: 'completed-with-warnings',
      completedPercent: 100,
      result: 'Scanned',
      startedAt: at(1),
      finishedAt: at(9),
      heardAt: at(39),
      steps: [
        { at: at(1), state: 'running', text: 'Started' },
        { at: at(9), state: 'completed-with-warnings', text: 'Scanned' },
      ],
    });
  });

  it('end with the first end: what is told after it changes nothing', () => {
    const [report] = foldTaskStates([event(1, 3, 1, { description: 'No scanner' }), event(1, 1, 2), event(1, 4, 3)]);
    expect(report).toMatchObject({ state: 'failed', result: 'No scanner', finishedAt: at(1) });
  });

  it('of other makers’ tasks, of no device and of unknown states are left alone', () => {
    expect(
      foldTaskStates([
        event(0, 1, 1, { taskId: '{5A3C}' }),
        event(0, 1, 1, { deviceId: '' }),
        event(0, 7, 1),
        event(0, -1, 1),
      ]),
    ).toEqual([]);
  });
});
