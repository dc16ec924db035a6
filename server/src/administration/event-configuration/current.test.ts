import { describe, expect, it } from 'vitest';
import { unknownType } from '../events/index.ts';
import { createEventConfiguration, type OwnEventSetting } from './index.ts';

const type = unknownType('X');
const own = (storageTermDays: number): OwnEventSetting[] => [
  {
    groupId: null,
    component: type.component,
    code: type.code,
    typeId: null,
    setting: {
      storageTermDays,
      exportToSiem: true,
      osLog: false,
      notifyByMail: false,
      notifyBySms: false,
      locked: false,
    },
  },
];

describe('the settings in memory', () => {
  const open = () => {
    const state = { term: 1, readings: 0, now: 0, onRead: () => {} };
    const configuration = createEventConfiguration({
      load: async () => {
        const { term } = state;
        state.readings += 1;
        const { onRead } = state;
        state.onRead = () => {};
        onRead();
        return { own: own(term), groups: [] };
      },
      elapsedMs: () => state.now,
    });
    const term = async () => (await configuration.settings())(type, null).storageTermDays;
    return { state, configuration, term };
  };

  it('are read once for many events, and again after five seconds, for another process may have changed them', async () => {
    const { state, term } = open();
    expect(await Promise.all([term(), term(), term()])).toEqual([1, 1, 1]);
    state.term = 2;
    state.now = 4999;
    expect([await term(), state.readings]).toEqual([1, 1]);
    state.now = 5000;
    expect([await term(), state.readings]).toEqual([2, 2]);
  });

  it('hold at once when they were changed here', async () => {
    const { state, configuration, term } = open();
    await term();
    state.term = 3;
    configuration.changed();
    expect(await term()).toBe(3);
  });

  it('that are changed while they are read are read again', async () => {
    const { state, configuration, term } = open();
    state.onRead = () => {
      state.term = 4;
      configuration.changed();
    };
    expect([await term(), state.readings]).toEqual([4, 2]);
  });
});
