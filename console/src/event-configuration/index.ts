/** Event configuration: how long events of each type are kept and where they go, of the server and of groups. */
export { GroupEventConfiguration } from './GroupEventConfiguration.tsx';
