/** Licence keys: the list, one key, use by client; and the keys of one device. */
export { DeviceLicenses } from './DeviceLicenses.tsx';
