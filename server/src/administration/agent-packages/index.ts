/** The version of the agent that this server offers to its devices. Owns no table: what is offered lies in a folder. */
export { type PublishedPackages, publishedPackages } from './published.ts';
export { agentPackageRoutes } from './routes.ts';
