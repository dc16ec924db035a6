/**
 * What `npm ci` needs from package-lock.json and what npm leaves out of it.
 *
 * Some libraries list a prebuilt package per platform. Where the registry lacks one of them, npm writes no entry for it,
 * and `npm ci` then refuses the whole lock ("Missing: …@ from lock file"). An entry with the platform's name is enough:
 * npm skips it everywhere else.
 */

const PLATFORM = /(darwin|linux|win32|windows|android|freebsd|netbsd|openbsd|sunos|aix|openharmony)/;
const PROCESSOR = /(arm64|x64|ia32|arm|riscv64|ppc64|s390x|loong64|mips64el)/;

/** The folders in which Node would look for `name` when `from` asks for it, nearest first. */
export const placesOf = (from, name) => {
  const places = [];
  for (let at = from; ; ) {
    places.push(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`);
    if (at === '') return places;
    const cut = at.lastIndexOf('/node_modules/');
    // A workspace ("server") and a top-level package ("node_modules/x") both look in the root next.
    at = cut < 0 ? '' : at.slice(0, cut);
  }
};

const isLocked = (packages, from, name) => placesOf(from, name).some((place) => place in packages);

/** Optional packages that are named with an exact version but have no entry: [{ name, version }]. */
const missingOptionalPackages = (packages) => {
  const missing = new Map();
  for (const [from, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (/^\d/.test(version) && !isLocked(packages, from, name)) missing.set(name, { name, version });
    }
  }
  return [...missing.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const platformEntry = ({ name, version }) => {
  const short = name.slice(name.indexOf('/') + 1);
  const os = PLATFORM.exec(short)?.[1];
  const cpu = PROCESSOR.exec(short)?.[1];
  // A name that tells no platform gets one that exists nowhere, so that npm never tries to fetch what is not there.
  const entry = { version, optional: true, os: [os === 'windows' ? 'win32' : (os ?? 'none')], cpu: [cpu ?? 'none'] };
  if (os === 'linux' && short.endsWith('musl')) entry.libc = ['musl'];
  if (os === 'linux' && short.endsWith('gnu')) entry.libc = ['glibc'];
  return entry;
};

/** `resolved` of a workspace is its folder (`link: true`); anything else there is a download address. */
const hasAddress = (entry) => entry.resolved !== undefined && entry.link !== true;

/** A lock that `npm ci` takes: every platform's entry, no download address. Leaves `lock` as it is. */
export const completeLock = (lock) => {
  const packages = {};
  for (const [at, entry] of Object.entries(lock.packages)) {
    const { resolved, ...rest } = entry;
    packages[at] = hasAddress(entry) ? rest : entry;
  }
  for (const missing of missingOptionalPackages(packages)) {
    packages[`node_modules/${missing.name}`] = platformEntry(missing);
  }
  const root = packages[''];
  delete packages[''];
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return { ...lock, packages: { ...(root ? { '': root } : {}), ...sorted } };
};

/** What is wrong with a lock, one sentence each; none when it can be committed. */
export const problemsOfLock = (lock) => [
  ...missingOptionalPackages(lock.packages).map(({ name, version }) => `${name}@${version} has no entry`),
  ...Object.entries(lock.packages)
    .filter(([, entry]) => hasAddress(entry))
    .map(([at]) => `${at} records a download address`),
  ...(/"[a-z+]+:\/\//.test(JSON.stringify(lock.packages, (key, value) => (key === 'funding' ? undefined : value)))
    ? ['an entry names a host']
    : []),
];
