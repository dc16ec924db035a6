/** Many single questions as few big ones. Owns no table. */
export { createGatherer } from './gather.ts';
