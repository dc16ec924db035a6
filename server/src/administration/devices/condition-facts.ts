import {
  type DeviceFacts,
  type EncryptionResult,
  type StatusLevel,
  type Vulnerability,
  VulnerabilityLevel,
} from '@gatehouse/contract';

/** Vulnerabilities of one level: all of them, and those of which it is known that nothing mends them, or something will. */
export interface VulnerabilityCount {
  all: number;
  unfixable: number;
  assigned: number;
}

/**
 * What conditions read of the facts beside the columns, in short: the facts themselves can be long, and every device is
 * read when rules change. A member that is missing is unknown; `null` says that there is none.
 */
export interface ConditionFacts {
  lastScanAt?: string | null;
  restartReasons?: string[];
  incompatible?: string[];
  /** Levels without any are left out. */
  vulnerabilities?: Partial<Record<VulnerabilityLevel, VulnerabilityCount>> | null;
  updatesSearchedAt?: string | null;
  /** Null: it complies with what is set. */
  encryption?: EncryptionResult | null;
  mobileCompliant?: boolean | null;
  applicationStatus?: { level: StatusLevel; text: string } | null;
  /** The volume with the operating system, else the one with the least room; null: no volume was told. */
  disk?: { freeMegabytes: number; mount: string } | null;
}

const MEGABYTE = 1_048_576;
/** Beyond this much room megabytes say nothing, and each would be a change. */
const WHOLE_GIGABYTES_FROM = 102_400;
const MOST_NAMES = 10;

/** A moment that a device told; null for none, and for one that its clock cannot have meant. */
export const toldMoment = (text: string | null | undefined): Date | null => {
  const moment = new Date(text ?? Number.NaN);
  const year = moment.getUTCFullYear();
  return year >= 1970 && year < 2300 ? moment : null;
};

const diskOf = (disks: NonNullable<DeviceFacts['disks']>): ConditionFacts['disk'] => {
  const system = disks.filter(({ isSystem }) => isSystem);
  const [fullest] = (system.length > 0 ? system : disks).toSorted((a, b) => a.freeBytes - b.freeBytes);
  if (!fullest) return null;
  const free = Math.floor(fullest.freeBytes / MEGABYTE);
  return {
    freeMegabytes: free < WHOLE_GIGABYTES_FROM ? free : Math.floor(free / 1024) * 1024,
    mount: fullest.mount,
  };
};

const vulnerabilitiesOf = (
  told: NonNullable<DeviceFacts['vulnerabilities']>,
): Partial<Record<VulnerabilityLevel, VulnerabilityCount>> => {
  // What the list has no room for is in the counts alone: then nothing is known of what mends it.
  const countOf = (level: VulnerabilityLevel): VulnerabilityCount => {
    const items = told.items.filter((item) => item.level === level);
    const is = (test: (item: Vulnerability) => boolean) => items.filter(test).length;
    return {
      all: Math.max(told.counts[level], items.length),
      unfixable: is(({ fixedVersion }) => fixedVersion === null),
      assigned: is(({ fixedVersion, updateAssigned }) => fixedVersion !== null && updateAssigned === true),
    };
  };
  return Object.fromEntries(
    VulnerabilityLevel.options.map((level) => [level, countOf(level)] as const).filter(([, { all }]) => all > 0),
  );
};

/** Only what the facts speak of. */
export const conditionFactsOf = (facts: DeviceFacts): ConditionFacts => ({
  ...(facts.lastScanAt !== undefined && { lastScanAt: toldMoment(facts.lastScanAt)?.toISOString() ?? null }),
  ...(facts.restart && { restartReasons: facts.restart.required ? facts.restart.reasons : [] }),
  ...(facts.incompatibleApplications && {
    incompatible: facts.incompatibleApplications.slice(0, MOST_NAMES).map(({ name }) => name),
  }),
  ...(facts.vulnerabilities !== undefined && {
    vulnerabilities: facts.vulnerabilities && vulnerabilitiesOf(facts.vulnerabilities),
  }),
  ...(facts.updatesSearchedAt !== undefined && {
    updatesSearchedAt: toldMoment(facts.updatesSearchedAt)?.toISOString() ?? null,
  }),
  ...(facts.encryption && { encryption: facts.encryption.result }),
  ...(facts.mobileCompliant !== undefined && { mobileCompliant: facts.mobileCompliant }),
  ...(facts.applicationStatus !== undefined && { applicationStatus: facts.applicationStatus }),
  ...(facts.disks && { disk: diskOf(facts.disks) }),
});
