/** What an operator asks of the running server. Owns no table. */

export { type OperationsParts, operationsRoutes } from './routes.ts';
export { tracingRoutes } from './routes-tracing.ts';
