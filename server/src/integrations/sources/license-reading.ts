/** What a device is to a price list. Null: the source does not tell its system. */
export type HolderCategory = 'windows-workstation' | 'windows-server' | 'non-windows' | null;

/**
 * What kind of key it is. Only commercial keys and subscriptions are billed; `unknown` is one whose kind the source
 * does not tell.
 */
export type LicenseKind = 'commercial' | 'subscription' | 'trial' | 'beta' | 'test' | 'oem' | 'unknown';

/** A device that uses a key now: the key is the active one there, not one kept for later. */
export interface LicenseHolder {
  deviceId: string;
  deviceName: string;
  category: HolderCategory;
  /** When the key ends on this device; null when it has no end of its own there. */
  expiresAt: Date | null;
}

/** A licence key with the devices of one tenant that use it. */
export interface LicenseKeyUse {
  serialNumber: string;
  /** As the key names what was sold, as `Kaspersky Endpoint Security for Business - Select`. */
  productName: string;
  kind: LicenseKind;
  /** Null: it has no end. */
  expiresAt: Date | null;
  /** Paused, cancelled for good or blocked by its seller. */
  isStopped: boolean;
  /** Sold for so many devices or users; null when without limit. */
  deviceLimit: number | null;
  /** Sold for so many days; null or absent when the source does not tell. */
  periodDays?: number | null;
  /** What the seller wrote about the licence; absent or empty when nothing. */
  information?: string;
  /** Whom to ask for support, by the seller. */
  supportInformation?: string;
  /** Empty for kinds that are never billed, unless the source told them anyway. */
  holders: LicenseHolder[];
}
