/** Starting order turned round: stops what was started, in time, whatever the parts do. Owns no table. */
export { createLifecycle, type Lifecycle } from './lifecycle.ts';
