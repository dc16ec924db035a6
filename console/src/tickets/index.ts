/** Tickets that Gatehouse opened in the PSA: the list, and the tickets of one device. */
export { DeviceTickets } from './DeviceTickets.tsx';
