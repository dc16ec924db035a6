/** The door for agents: enrolment, reports, events, commands. Owns no table. */
export { type Contacts, createContacts } from './contacts.ts';
export { type AgentParts, agentRoutes } from './routes.ts';
