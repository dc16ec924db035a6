import { expect, it } from 'vitest';
import { createContacts } from './contacts.ts';

const start = () => {
  let nowMs = Date.parse('2026-03-04T05:06:07Z');
  const writes: { ids: readonly string[]; at: Date }[] = [];
  const known = new Map([['hash-a', { id: 'a', tenantId: 't', name: 'pc-a' }]]);
  const contacts = createContacts({
    clock: () => new Date(nowMs),
    store: {
      byKeyHashes: async (hashes) => new Map([...known].filter(([hash]) => hashes.includes(hash))),
      touch: async (ids, at) => void writes.push({ ids: [...ids], at }),
    },
  });
  return { contacts, known, writes, advance: (ms: number) => void (nowMs += ms) };
};

it('a key that was revoked is dead with the next call', async () => {
  const { contacts, known } = start();
  expect(await contacts.byKeyHash('hash-a')).toMatchObject({ id: 'a' });
  known.clear();
  expect(await contacts.byKeyHash('hash-a')).toBeNull();
});

it('contacts of one moment are one write', async () => {
  const { contacts, writes } = start();
  await Promise.all(['a', 'b', 'c', 'a'].map((id) => contacts.spoke(id)));
  expect(writes.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
});

it('a device that speaks all the time is written down every minute and a half', async () => {
  const { contacts, writes, advance } = start();
  for (let second = 0; second < 300; second += 10) {
    await contacts.spoke('a');
    advance(10_000);
  }
  expect(writes).toHaveLength(4);
});

it('a clock that was set back hides no contact', async () => {
  const { contacts, writes, advance } = start();
  await contacts.spoke('a');
  advance(-3_600_000);
  await contacts.spoke('a');
  expect(writes).toHaveLength(2);
});
