import { z } from 'zod';
import { Moment } from '../common.ts';
import { HeldLicense } from './licenses.ts';

const text = (most: number) => z.string().max(most);

/** Real-time protection state (KLHST_WKS_RTP_STATE): 0 unknown, 1 stopped, 2 suspended, 3 starting, 4 to 8 running, 9 failure. */
export const RtpState = z.number().int().min(0).max(9);

/** How grave a vulnerability of software is, in the words of the condition “Software vulnerabilities have been detected”. */
export const VulnerabilityLevel = z.enum(['critical', 'high', 'medium']);
export type VulnerabilityLevel = z.output<typeof VulnerabilityLevel>;

/** A known hole in installed software. */
export const Vulnerability = z.object({
  /** Number of the hole (`CVE-2026-1234`), or of the advisory, where the source names one; else the package. */
  id: text(64),
  level: VulnerabilityLevel,
  software: text(128),
  installedVersion: text(128),
  /** Null: nothing mends it yet. */
  fixedVersion: text(128).nullable(),
  /** What mends it is set to be installed by itself, as by unattended upgrades. */
  updateAssigned: z.boolean().optional(),
});
export type Vulnerability = z.output<typeof Vulnerability>;

/** Why encryption does not comply with what is set, in the words of the condition “Invalid encryption status”. */
export const EncryptionResult = z.enum([
  'user-refusal',
  'error',
  'restart-required',
  'no-policy',
  'not-supported',
  'being-applied',
]);
export type EncryptionResult = z.output<typeof EncryptionResult>;

/**
 * What is true of a device now. A sync sends the whole of it; a fact that is missing is unknown and keeps the value
 * that the server has, `null` says that there is none.
 */
export const DeviceFacts = z
  .object({
    hostname: text(256),
    fqdn: text(256).nullable(),
    os: z.object({
      family: z.enum(['linux', 'windows', 'macos', 'other']),
      name: text(256),
      version: text(100),
      arch: text(32),
      /** A server operating system; decides the billing category. */
      isServer: z.boolean(),
    }),
    ipAddresses: z.array(text(64)).max(64),
    macAddresses: z.array(text(32)).max(64),
    users: z.array(text(128)).max(200),
    disks: z
      .array(
        z.object({
          mount: text(256),
          sizeBytes: z.number().min(0),
          freeBytes: z.number().min(0),
          /** The volume with the operating system. */
          isSystem: z.boolean().optional(),
        }),
      )
      .max(64),
    lastBootAt: Moment.nullable(),
    /** Null: no security application is installed. */
    securityApplication: z
      .object({
        product: text(32),
        name: text(256),
        version: text(64),
        running: z.boolean(),
        rtpState: RtpState,
        /** What carries real-time protection: on each access, or soon after a file changed. */
        rtpMethod: z.enum(['on-access', 'watch', 'none']).optional(),
      })
      .nullable(),
    databases: z.object({ releasedAt: Moment, records: z.number().int().min(0).nullable() }).nullable(),
    lastScanAt: Moment.nullable(),
    restart: z.object({ required: z.boolean(), since: Moment.nullable(), reasons: z.array(text(200)).max(20) }),
    /** Applications that stand in the way of the security application. */
    incompatibleApplications: z.array(z.object({ name: text(128), version: text(128) })).max(50),
    /** What the last search found, gravest first; null: never searched. */
    vulnerabilities: z
      .object({
        checkedAt: Moment,
        counts: z.object({
          critical: z.number().int().min(0),
          high: z.number().int().min(0),
          medium: z.number().int().min(0),
        }),
        items: z.array(Vulnerability).max(200),
      })
      .nullable(),
    /** When updates of the operating system were last looked for; null: never. */
    updatesSearchedAt: Moment.nullable(),
    encryption: z.object({
      /** Null: could not be found out. */
      systemVolumeEncrypted: z.boolean().nullable(),
      method: text(64).nullable(),
      /** Null: it complies with what is set. */
      result: EncryptionResult.nullable(),
    }),
    /** For a mobile device: whether its settings comply with its policy. */
    mobileCompliant: z.boolean().nullable(),
    /** A status that the security application itself gives the device. */
    applicationStatus: z.object({ level: z.enum(['ok', 'warning', 'critical']), text: text(200) }).nullable(),
    /** Keys that the device holds, with what it made of them. */
    licenses: z.array(HeldLicense).max(20),
    /** Objects in quarantine, newest first. */
    quarantine: z
      .array(
        z.object({
          id: text(64),
          path: text(1024),
          threatName: text(256),
          sizeBytes: z.number().min(0),
          quarantinedAt: Moment,
        }),
      )
      .max(500),
    hardware: z.object({
      vendor: text(128).nullable(),
      model: text(128).nullable(),
      serialNumber: text(128).nullable(),
      processor: text(128).nullable(),
      processorCores: z.number().int().min(0).nullable(),
      memoryBytes: z.number().min(0).nullable(),
      virtualMachine: z.boolean().nullable(),
      networkAdapters: z
        .array(z.object({ name: text(64), macAddress: text(32), speedMbit: z.number().nullable() }))
        .max(64),
      storage: z.array(z.object({ name: text(64), model: text(128).nullable(), sizeBytes: z.number().min(0) })).max(64),
    }),
  })
  .partial()
  .meta({ id: 'DeviceFacts' });
export type DeviceFacts = z.output<typeof DeviceFacts>;
