/** Real-time protection on each access to a file, where the system can do it. */
export { type OnAccess, startOnAccess } from './on-access.ts';
