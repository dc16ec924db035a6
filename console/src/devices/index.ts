/** Devices: their list with filters and acts, one device's page, and the devices of a group for the pages of groups. */
export { DeviceSearch, filterOf } from './device-query.ts';
export { GroupDevicesPart } from './GroupDevicesPart.tsx';
