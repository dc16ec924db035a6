import type { EncryptionResult } from '@gatehouse/contract';
import { off, on, statusCondition } from '../condition.ts';

const titles = {
  'user-refusal': 'Does not comply with the policy due to the user’s refusal (external devices only)',
  error: 'Does not comply with the policy due to an error',
  'restart-required': 'Restart is required when applying the policy',
  'no-policy': 'No encryption policy is specified',
  'not-supported': 'Not supported',
  'being-applied': 'When applying the policy',
} as const satisfies Record<EncryptionResult, string>;

/** What encryption came to on the device is one of the chosen results. */
export const encryptionStatus = statusCondition({
  key: 'encryptionStatus',
  title: 'Invalid encryption status',
  maskBit: 15,
  requires: { agentInstalled: true },
  value: {
    kind: 'choices',
    choices: {
      label: 'Results',
      options: Object.entries(titles).map(([key, title]) => ({ key, title })),
      fewest: 1,
    },
  },
  knownBy:
    'What the agent made of the policy’s wish that the system volume is encrypted. Linux: LUKS below the root file system.',
  defaults: { critical: off(null, []), warning: on(null, ['error']) },
  why: ({ told: { encryption } }, { choices }) =>
    encryption && choices.includes(encryption) ? `Encryption: ${titles[encryption]}` : null,
});
