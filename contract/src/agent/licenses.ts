import { z } from 'zod';
import { Moment } from '../common.ts';

/** The product that our own agent takes keys of. */
export const GATEHOUSE_ENDPOINT = 'Gatehouse endpoint';

/** Serial number of a key, as `1A2B-000000-12345678`; small and large letters are the same. */
export const LicenseSerial = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9_.-]{0,63}$/, 'Must be letters, digits, and - _ . between them, 64 at most');

/** A licence key that a device is to hold. */
export const AssignedLicense = z
  .object({
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
