import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('a gauge tells what is true when somebody asks, and forgets labels that are gone', async () => {
  const metrics = createMetrics();
  let loaves: Record<string, number> = { rye: 2, wheat: 1 };
  metrics.gauge('bakery_ovens', 'Ovens', async () => 3);
  metrics.labelledGauge('bakery_loaves', 'Loaves', 'kind', () => loaves);
  expect(await metrics.text()).toContain('bakery_ovens 3');
  expect(await metrics.text()).toContain('bakery_loaves{kind="wheat"} 1');
  loaves = { rye: 5 };
  const text = await metrics.text();
  expect(text).toContain('bakery_loaves{kind="rye"} 5');
  expect(text).not.toContain('wheat');
});

test('two servers in one process keep their figures apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.counter('bakery_sold', 'Sold', ['kind']).inc({ kind: 'rye' });
  other.counter('bakery_sold', 'Sold', ['kind']);
  expect(await one.text()).toContain('bakery_sold{kind="rye"} 1');
  expect(await other.text()).not.toContain('rye');
});
