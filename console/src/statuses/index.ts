/** Device status settings of a group, as a part of other pages. */
export { StatusSettingsPart } from './StatusSettingsPart.tsx';
