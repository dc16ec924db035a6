/** Many single questions as few big ones. Owns no table. */
export { createGatherer, type GathererOptions } from './gather.ts';
