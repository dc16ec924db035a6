import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** A value that is read when somebody asks; several with labels as `[{ labels, value }]`. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  labelledGauge(
    name: string,
    help: string,
    label: string,
    read: () => Record<string, number> | Promise<Record<string, number>>,
  ): void;
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>;
  /** @param bucketsSeconds upper bounds */
  durations<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    bucketsSeconds: readonly number[],
  ): Histogram<L>;
  text(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own, so that two servers in one process (as in tests) do not share figures. Names begin with `gatehouse_`. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
    labelledGauge: (name, help, label, read) => {
      new Gauge({
        name,
        help,
        registers,
        labelNames: [label],
        async collect() {
          this.reset();
          for (const [word, value] of Object.entries(await read())) this.set({ [label]: word }, value);
        },
      });
    },
    counter: (name, help, labels) => new Counter({ name, help, registers, labelNames: [...labels] }),
    durations: (name, help, labels, bucketsSeconds) =>
      new Histogram({ name, help, registers, labelNames: [...labels], buckets: [...bucketsSeconds] }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
