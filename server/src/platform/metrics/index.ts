/** What the server measures of itself, in Prometheus' text form. Owns no table. */
export { createMetrics, type Metrics } from './metrics.ts';
