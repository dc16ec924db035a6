/** Administration groups: the hierarchy of each client, one group's page, and the tree for the page of a client. */
export { GroupsPart } from './GroupsPart.tsx';
