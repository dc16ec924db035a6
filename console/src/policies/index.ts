/** Policies of groups with their profiles: lists, the editor, and what is in force for a group and for a device. */
export { DevicePolicyPart } from './DevicePolicyPart.tsx';
export { GroupPolicies } from './GroupPolicies.tsx';
