/** Security events: the list with its filters, and the events of one device. */
export { DeviceEvents } from './DeviceEvents.tsx';
export { addressRangeOf, EventSearch, filterOf, timeOf } from './event-query.ts';
export { TimeRangeBox } from './TimeRangeBox.tsx';
