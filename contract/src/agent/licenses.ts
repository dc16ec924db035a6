import { z } from 'zod';
import { Moment } from '../common.ts';

/** A licence key that a device is to hold. */
export const AssignedLicense = z
  .object({
    /** Serial number of the key, as `1A2B-000000-12345678`. */
    serialNumber: z.string().min(1).max(64),
    productName: z.string().max(256),
    /** The protection stops after this; null: without an end. */
    expiresAt: Moment.nullable(),
  })
  .meta({ id: 'AssignedLicense' });
export type AssignedLicense = z.output<typeof AssignedLicense>;

/** A licence key as a device holds it. */
export const HeldLicense = z
  .object({
    serialNumber: z.string().min(1).max(64),
    /** The one that counts; a reserve key waits for the end of the active one. */
    isActive: z.boolean(),
    installedAt: Moment,
  })
  .meta({ id: 'HeldLicense' });
export type HeldLicense = z.output<typeof HeldLicense>;
