import { off, on, statusCondition } from '../condition.ts';

/** The licence that the device counts on has ended. */
export const licenseExpired = statusCondition({
  key: 'licenseExpired',
  title: 'License expired',
  // The mask has one bit for both conditions about licences.
  maskBit: 9,
  requires: { visible: true },
  value: { kind: 'switch' },
  knownBy:
    'The end of the licence key that is active on the device, as the list of keys of this server has it. A device without a key has none that expires. Any system.',
  defaults: { critical: on(), warning: off() },
  why: ({ licenseKnown, licenseExpiresAt }, _, { now }) =>
    licenseKnown && licenseExpiresAt !== null && licenseExpiresAt <= now
      ? `The license ended on ${licenseExpiresAt.toISOString().slice(0, 10)}`
      : null,
  turnsAt: ({ licenseKnown, licenseExpiresAt }, _, { now }) =>
    licenseKnown && licenseExpiresAt !== null && licenseExpiresAt > now
      ? licenseExpiresAt.getTime()
      : Number.POSITIVE_INFINITY,
});
