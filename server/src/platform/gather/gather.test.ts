import { describe, expect, it } from 'vitest';
import { createGatherer } from './gather.ts';

/** A load that ends when the test says so. */
const slowLoad = () => {
  const loads: { keys: readonly string[]; end: (error?: Error) => void }[] = [];
  const ask = createGatherer<string, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        loads.push({
          keys,
          end: (error) => (error ? reject(error) : resolve(new Map(keys.map((key) => [key, `of ${key}`])))),
        });
      }),
    { most: 3 },
  );
  return { ask, loads };
};
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a gatherer', () => {
  it('answers questions of one moment with one load, each key once', async () => {
    const { ask, loads } = slowLoad();
    const answers = Promise.all([ask('a'), ask('b'), ask('a')]);
    await turn();
    expect(loads.map(({ keys }) => keys)).toEqual([['a', 'b']]);
    loads[0]?.end();
    expect(await answers).toEqual(['of a', 'of b', 'of a']);
  });

  it('never answers from a load that began before the question', async () => {
    const { ask, loads } = slowLoad();
    const first = ask('a');
    await turn();
    const second = ask('a');
    loads[0]?.end();
    expect(await first).toBe('of a');
    await turn();
    expect(loads).toHaveLength(2);
    loads[1]?.end();
    expect(await second).toBe('of a');
  });

  it('splits what is too much for one load', async () => {
    const { ask, loads } = slowLoad();
    const answers = Promise.all(['a', 'b', 'c', 'd'].map(ask));
    await turn();
    loads[0]?.end();
    await turn();
    loads[1]?.end();
    expect(await answers).toEqual(['of a', 'of b', 'of c', 'of d']);
    expect(loads.map(({ keys }) => keys.length)).toEqual([3, 1]);
  });

  it('tells a failure to those who asked in it, and goes on', async () => {
    const { ask, loads } = slowLoad();
    const refused = ask('a');
    refused.catch(() => {});
    await turn();
    loads[0]?.end(new Error('the database is away'));
    await expect(refused).rejects.toThrow('the database is away');
    const good = ask('a');
    await turn();
    loads[1]?.end();
    expect(await good).toBe('of a');
  });

  it('lets more gather between two loads where nobody is in a hurry', async () => {
    const loads: number[] = [];
    const load = async (keys: readonly number[]) => {
      loads.push(keys.length);
      return new Map(keys.map((key) => [key, true]));
    };
    const ask = createGatherer<number, boolean>(load, { pauseMs: 60 });
    await ask(1);
    const answers = [ask(2)];
    await turn();
    answers.push(ask(3));
    expect(await Promise.all(answers)).toEqual([true, true]);
    expect(loads).toEqual([1, 2]);
  });

  it('answers a key that the load does not know with undefined', async () => {
    const ask = createGatherer<string, number>(async () => new Map());
    expect(await ask('nobody')).toBeUndefined();
  });
});
