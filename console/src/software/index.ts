/** Installed software: of one device, for its page; a page of its own tells which devices have what. */
export { DeviceSoftware } from './DeviceSoftware.tsx';
