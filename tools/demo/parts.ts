/** What the parts of the demo share. */
import type { Api } from '../lib/api.ts';
import type { DeviceCaller } from '../lib/device-caller.ts';
import type { SampleDevice } from './fleet.ts';
import type { DemoState } from './state.ts';

export interface DemoParts {
  api: Api;
  devices: readonly SampleDevice[];
  /** One client per company, each with an address of its own. */
  callerOf: (device: SampleDevice) => DeviceCaller;
  memory: DemoState;
  say: (line: string) => void;
  signal: AbortSignal;
}
