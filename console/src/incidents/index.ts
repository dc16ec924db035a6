/** Incidents on devices: the list, and those of one device. */
export { DeviceIncidents } from './DeviceIncidents.tsx';
