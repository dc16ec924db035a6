/** Security events: the list with its filters, and the events of one device. */
export { DeviceEvents } from './DeviceEvents.tsx';
