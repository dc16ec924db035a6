/** The overview's figures, counted over the other modules. Owns no table. */
export { overviewRoutes } from './routes.ts';
