/** Settings from flags, environment and file, by one schema; unknown names are refused. Owns no table. */
export { describeConfig, helpText } from './describe.ts';
export { type LoadedConfig, loadConfig, type Source } from './load.ts';
