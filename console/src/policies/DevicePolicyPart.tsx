import { Loaded } from '../platform/index.ts';
import { DevicePolicyView } from './DevicePolicyView.tsx';
import { useDevicePolicy } from './usePolicies.ts';

/** The policy in force for a device and where each setting comes from: a tab of the device's page. */
export const DevicePolicyPart = ({ deviceId }: { deviceId: string }) => (
  <Loaded of={useDevicePolicy(deviceId)}>{(policy) => <DevicePolicyView {...policy} />}</Loaded>
);
