/** The machines that simulated agents live on: what is true of them, and how it changes from sync to sync. */
import { createHash } from 'node:crypto';
import type { AssignedLicense, DeviceFacts, SoftwareItem } from '../../contract/src/index.ts';
import { type Chance, chanceOf } from '../lib/chance.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIB = 2 ** 30;
/** Databases come every two hours or so; a machine looks for them about as often. */
const DATABASE_AGE_MS = 4 * HOUR_MS;

type Os = Omit<NonNullable<DeviceFacts['os']>, 'isServer'>;

const workstations: readonly Os[] = [
  { family: 'windows', name: 'Windows 11 Pro', version: '10.0.26100', arch: 'x64' },
  { family: 'windows', name: 'Windows 10 Pro', version: '10.0.19045', arch: 'x64' },
  { family: 'linux', name: 'Ubuntu 24.04 LTS', version: '24.04', arch: 'x64' },
  { family: 'macos', name: 'macOS 15', version: '15.5', arch: 'arm64' },
];
const servers: readonly Os[] = [
  { family: 'linux', name: 'Debian GNU/Linux 12', version: '12', arch: 'x64' },
  { family: 'windows', name: 'Windows Server 2022', version: '10.0.20348', arch: 'x64' },
];
const people = ['a.hart', 'b.lowe', 'c.reyes', 'd.okoye', 'e.novak', 'f.marsh', 'g.silva', 'h.brandt', 'i.kaur'];
const software = ['openssl', 'curl', 'libxml2', 'browser', 'archiver', 'pdf-reader', 'runtime-library'];

export interface QuarantinedObject {
  id: string;
  path: string;
  threatName: string;
  sizeBytes: number;
  quarantinedAt: string;
}

export interface Machine {
  readonly index: number;
  readonly name: string;
  /** The same for the same seed, so that enrolling twice is enrolling once. */
  readonly machineId: string;
  readonly isServer: boolean;
  readonly user: string;
  /** What a sync tells. */
  facts(now: Date): DeviceFacts;
  /** A little time went by: disks fill, databases come, somebody restarts the machine. */
  live(now: Date): void;
  scanned(at: Date): void;
  databasesUpdated(at: Date): void;
  restarted(at: Date): void;
  vulnerabilitiesSearched(at: Date): void;
  quarantine(object: QuarantinedObject): void;
  /** These objects were restored or deleted. */
  leaveQuarantine(ids: readonly string[]): void;
  /** What is installed, and a text that is another one whenever the list is. */
  inventory: { hash(): string; list(): SoftwareItem[] };
  /** Takes the keys that the server wants it to hold. @returns whether anything changed */
  holdLicenses(assigned: readonly AssignedLicense[], now: Date): boolean;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const vulnerabilityOf = (
  chance: Chance,
): NonNullable<NonNullable<DeviceFacts['vulnerabilities']>['items']>[number] => ({
  id: `CVE-2026-${chance.whole(1000, 39_999)}`,
  level: chance.pick(['critical', 'high', 'medium', 'medium'] as const),
  software: chance.pick(software),
  installedVersion: `${chance.whole(1, 9)}.${chance.whole(0, 20)}.${chance.whole(0, 9)}`,
  fixedVersion: chance.happens(0.8) ? `${chance.whole(10, 12)}.${chance.whole(0, 9)}` : null,
});

/** Sixty programs: most of them everywhere, in a few versions. */
const softwareOf = (seed: string, index: number, isLinux: boolean): SoftwareItem[] => {
  const chance = chanceOf(`software ${seed} ${index}`);
  return Array.from({ length: 60 }, (_, number) => ({
    name: `${software[number % software.length]}-${Math.floor(number / software.length)}`,
    version: `${chance.whole(1, 3)}.${chance.whole(0, 4)}.${chance.whole(0, 2)}`,
    source: isLinux ? ('dpkg' as const) : ('other' as const),
    arch: 'x64',
    publisher: 'Sample Software',
    sizeBytes: 1_000_000 * (number + 1),
  }));
};

/** @param begun when the simulation began; how old things are is told from here */
export const machineOf = (seed: string, index: number, begun: Date): Machine => {
  const chance = chanceOf(`machine ${seed} ${index}`);
  const isServer = chance.happens(0.11);
  const os = isServer ? chance.pick(servers) : chance.pick(workstations);
  const kind = isServer ? 'srv' : chance.happens(0.45) ? 'laptop' : 'desk';
  const name = `${kind}-${String(index + 1).padStart(5, '0')}`;
  const machineId = hashOf(`${seed} ${index}`).slice(0, 32);
  const user = isServer ? 'operator' : chance.pick(people);
  const before = (ms: number) => new Date(begun.getTime() - ms);
  const sizeBytes = chance.pick([256, 512, 1024]) * GIB;
  const linux = os.family === 'linux';
  const address = `10.${(index >> 14) & 255}.${(index >> 7) & 127}.${(index & 127) + 1}`;
  const macAddress = `02:00:5e:${(machineId.slice(0, 6).match(/../g) ?? []).join(':')}`;
  const application = linux
    ? { product: 'ClamAV', name: 'ClamAV', version: '1.4.3' }
    : { product: 'EndpointSecurity', name: 'Endpoint Security', version: '12.4.0' };
  // A few machines have something wrong for good, so that statuses have something to say.
  const isOff = chance.happens(0.01);
  const isStale = chance.happens(0.02);
  const isEncrypted = chance.happens(0.7);

  let freeBytes = Math.round(sizeBytes * (0.05 + chance.next() * 0.7));
  let databasesAt = before(chance.next() * DATABASE_AGE_MS + (isStale ? 9 * DAY_MS : 0));
  let scannedAt = before(chance.next() * 6 * DAY_MS);
  let bootAt = before(chance.next() * (isServer ? 90 : 10) * DAY_MS);
  let restartSince: Date | null = null;
  let searchedAt = before(chance.next() * DAY_MS);
  let vulnerabilities = Array.from({ length: chance.times(1.2) }, () => vulnerabilityOf(chance));
  const quarantined: QuarantinedObject[] = [];
  let licenses: NonNullable<DeviceFacts['licenses']> = [];
  let hasWord = false;
  let softwareHash: string | undefined;
  const count = (level: string) => vulnerabilities.filter((one) => one.level === level).length;

  return {
    index,
    name,
    machineId,
    isServer,
    user,

    facts: () => ({
      hostname: name,
      fqdn: `${name}.client.example`,
      os: { ...os, isServer },
      ipAddresses: [address],
      macAddresses: [macAddress],
      users: [user],
      disks: [{ mount: os.family === 'windows' ? 'C:\\' : '/', sizeBytes, freeBytes, isSystem: true }],
      lastBootAt: bootAt.toISOString(),
      securityApplication: {
        ...application,
        running: !isOff,
        rtpState: isOff ? 1 : 4,
        rtpMethod: isOff ? 'none' : 'on-access',
      },
      databases: { releasedAt: databasesAt.toISOString(), records: 8_700_000 + (index % 10_000) },
      lastScanAt: scannedAt.toISOString(),
      restart: {
        required: restartSince !== null,
        since: restartSince?.toISOString() ?? null,
        reasons: restartSince ? ['An update of the kernel waits for a restart'] : [],
      },
      incompatibleApplications: [],
      vulnerabilities: {
        checkedAt: searchedAt.toISOString(),
        counts: { critical: count('critical'), high: count('high'), medium: count('medium') },
        items: vulnerabilities,
      },
      updatesSearchedAt: searchedAt.toISOString(),
      encryption: { systemVolumeEncrypted: isEncrypted, method: isEncrypted ? 'LUKS' : null, result: null },
      ...(hasWord ? { licenses } : {}),
      quarantine: quarantined.slice(-500).reverse(),
      hardware: {
        vendor: 'Sample Computers',
        model: isServer ? 'Rack 2U' : kind === 'laptop' ? 'Note 14' : 'Desk Mini',
        serialNumber: machineId.slice(0, 12).toUpperCase(),
        processor: '8-core processor at 3.2 GHz',
        processorCores: isServer ? 16 : 8,
        memoryBytes: (isServer ? 64 : 16) * GIB,
        virtualMachine: isServer,
        networkAdapters: [{ name: linux ? 'eth0' : 'Ethernet', macAddress, speedMbit: 1000 }],
        storage: [{ name: linux ? 'nvme0n1' : 'Disk 0', model: 'Sample SSD', sizeBytes }],
      },
    }),

    live: (now) => {
      freeBytes = Math.max(
        GIB,
        Math.min(sizeBytes, Math.round(freeBytes - sizeBytes * (chance.next() - 0.48) * 0.001)),
      );
      const isDue = now.getTime() - databasesAt.getTime() > DATABASE_AGE_MS;
      if (!isStale && isDue) databasesAt = new Date(now.getTime() - chance.next() * 2 * HOUR_MS);
      if (restartSince) {
        if (chance.happens(0.05)) {
          bootAt = now;
          restartSince = null;
        }
      } else if (chance.happens(0.001)) restartSince = now;
    },
    scanned: (at) => {
      scannedAt = at;
    },
    databasesUpdated: (at) => {
      databasesAt = new Date(at.getTime() - chance.next() * HOUR_MS);
    },
    restarted: (at) => {
      bootAt = at;
      restartSince = null;
    },
    vulnerabilitiesSearched: (at) => {
      searchedAt = at;
      // Some were mended since, and now and then a new one was published.
      vulnerabilities = vulnerabilities.filter(() => chance.happens(0.8));
      if (chance.happens(0.2)) vulnerabilities.push(vulnerabilityOf(chance));
    },
    quarantine: (object) => {
      quarantined.push(object);
      if (quarantined.length > 20) quarantined.shift();
    },
    leaveQuarantine: (ids) => {
      for (const id of ids) {
        const at = quarantined.findIndex((object) => object.id === id);
        if (at >= 0) quarantined.splice(at, 1);
      }
    },
    inventory: {
      hash: () => {
        softwareHash ??= hashOf(JSON.stringify(softwareOf(seed, index, linux)));
        return softwareHash;
      },
      list: () => softwareOf(seed, index, linux),
    },
    holdLicenses: (assigned, now) => {
      hasWord = true;
      const held = new Map(licenses.map((license) => [license.serialNumber, license]));
      const next = assigned.map(({ serialNumber }, place) => ({
        serialNumber,
        isActive: place === 0,
        installedAt: held.get(serialNumber)?.installedAt ?? now.toISOString(),
      }));
      const isOther = JSON.stringify(next) !== JSON.stringify(licenses);
      licenses = next;
      return isOther;
    },
  };
};
