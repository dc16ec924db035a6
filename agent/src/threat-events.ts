import type { NewEvent } from './spool/index.ts';

export interface Threat {
  /** Ties the later result to this find. */
  uid: string;
  path: string;
  /** The name's bytes in base64 where they are no UTF-8. */
  rawPath?: string | undefined;
  sha256: string | null;
  threat: string;
  owner: string | null;
  foundAt: string;
  /** Where the path was mounted: without this mount a missing file proves nothing. */
  mountPoint: string;
  engine: { product: string; version: string };
  /** `scan`, `watch`, `on-access`, `command` or `schedule`: what led to the find. */
  method: string;
}

const LONGEST_PARAM = 512;
const LONGEST_DESCRIPTION = 1000;

/** Shortens in the middle: of a path both the beginning and the file's name tell something. */
export const clip = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const head = Math.floor((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
};

/** Threat type numbers of the field, by what engines write into their names. The first that fits counts. */
const threatTypes: readonly [RegExp, number][] = [
  [/phish/i, 70],
  [/backdoor|rootkit/i, 63],
  [/trojan|ransom|downloader|dropper|stealer/i, 61],
  [/worm/i, 64],
  [/adware/i, 66],
  [/pua|riskware|tool/i, 65],
  [/pack(ed|er)/i, 68],
  [/virus|eicar/i, 60],
  [/malware|exploit/i, 62],
];
const UNKNOWN_THREAT_TYPE = 0;

export const threatTypeOf = (name: string): number =>
  threatTypes.find(([form]) => form.test(name))?.[1] ?? UNKNOWN_THREAT_TYPE;

const bodyOf = (threat: Threat) => ({
  product: { name: threat.engine.product.slice(0, 32), version: threat.engine.version.slice(0, 32) },
  params: {
    ...(threat.sha256 ? { 1: threat.sha256 } : {}),
    2: clip(threat.path, LONGEST_PARAM),
    5: clip(threat.threat, LONGEST_PARAM),
    6: threat.uid,
    ...(threat.owner ? { 7: clip(threat.owner, LONGEST_PARAM) } : {}),
    8: String(threatTypeOf(threat.threat)),
    9: JSON.stringify({
      engine: threat.engine.product,
      version: threat.engine.version,
      method: threat.method,
      local: true,
    }),
  },
});

const CRITICAL = 4;
const INFO = 1;

export const foundEvent = (threat: Threat, at: Date): NewEvent => ({
  ...bodyOf(threat),
  type: 'GNRL_EV_VIRUS_FOUND',
  riseTime: at.toISOString(),
  severity: CRITICAL,
  displayName: 'Malicious object detected',
  description: clip(`${threat.threat} was found in ${threat.path}`, LONGEST_DESCRIPTION),
});

/** `deleted`: this object is no more at its place; `cured`: the file is there and the engine calls it clean. */
export type Resolution = 'deleted' | 'cured' | 'quarantined';

const resolutions: Record<Resolution, { type: string; displayName: string; what: string }> = {
  deleted: { type: 'GNRL_EV_OBJECT_DELETED', displayName: 'Object deleted', what: 'is no longer there' },
  cured: { type: 'GNRL_EV_OBJECT_CURED', displayName: 'Object disinfected', what: 'is clean now' },
  quarantined: {
    type: 'GNRL_EV_OBJECT_QUARANTINED',
    displayName: 'Object moved to quarantine',
    what: 'was moved to quarantine',
  },
};

export const resolvedEvent = (threat: Threat, resolution: Resolution, at: Date): NewEvent => ({
  ...bodyOf(threat),
  type: resolutions[resolution].type,
  riseTime: at.toISOString(),
  severity: INFO,
  displayName: resolutions[resolution].displayName,
  description: clip(
    `${threat.path}, in which ${threat.threat} was found, ${resolutions[resolution].what}`,
    LONGEST_DESCRIPTION,
  ),
});
