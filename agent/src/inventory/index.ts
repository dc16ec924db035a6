/** What is installed on this device, and how the server hears of it. */
export { installedSoftware } from './installed.ts';
export { inventoryTeller } from './tell.ts';
