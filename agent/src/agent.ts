import { hostname as systemHostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackoffSettings, usualBackoff } from './backoff.ts';
import { serverClock } from './clock.ts';
import type { Restarter } from './commands/command.ts';
import { openInbox } from './commands/inbox.ts';
import { commandHandlers } from './commands/list.ts';
import { openOutputs } from './commands/outputs.ts';
import { listenForCommands } from './commands/poll.ts';
import { systemRestarter } from './commands/restart.ts';
import { commandRunner } from './commands/runner.ts';
import { connection as openConnection } from './connection.ts';
import { startControl } from './control.ts';
import { NoScanner, NotIdle, reasonOf } from './errors.ts';
import { factCollector } from './facts/collect.ts';
import type { RtpMethod } from './facts/fact.ts';
import { factsOf } from './facts/list.ts';
import { identityFile } from './identity.ts';
import { installedSoftware, inventoryTeller } from './inventory/index.ts';
import { type LicenseStatus, openLicenses } from './licenses.ts';
import { lockState } from './lock.ts';
import { type Log, loggerOf } from './log.ts';
import { openMemory } from './memory.ts';
import { startOnAccess } from './on-access/index.ts';
import { createWatching, openPolicy, openScheduler, scheduledJobs } from './policy/index.ts';
import { openQuarantine, type QuarantineWork, quarantineWork } from './quarantine/index.ts';
import { scannerKinds } from './scanners/list.ts';
import { runProgram } from './scanners/run-program.ts';
import type { RtpStateCode, Scanner } from './scanners/scanner.ts';
import { holdsLocalFiles, isWithin, readMounts } from './scanning/mounts.ts';
import { type ScanResult, scanPaths } from './scanning/scan.ts';
import { sender as startSender } from './send.ts';
import { type ServerAddress, serverClient } from './server-client.ts';
import { openSpool } from './spool/index.ts';
import { startSync } from './sync.ts';
import { openThreats } from './threats.ts';
import { openUpdater } from './update/index.ts';
import { agentVersion } from './version.ts';
import { openLastSearch, searchVulnerabilities } from './vulnerabilities/index.ts';
import { startWatch } from './watch.ts';

export interface AgentOptions extends ServerAddress {
  stateDir: string;
  /** For the first key, and for a new one when the server refuses the old. */
  token?: string | undefined;
  /** Folders in which changed files are scanned. */
  watch?: string[];
  exclude?: string[];
  /** An engine of one's own; null: none. Default: ClamAV. */
  scanner?: Scanner | null;
  /** Signatures for ClamAV instead of the system's. */
  signatureDir?: string | undefined;
  clamdSocket?: string | null;
  /** Look at files of the watched folders when they are opened, where clamonacc can do it. */
  onAccess?: boolean;
  freshclamConfig?: string | undefined;
  /** Default: `external` with a signature folder of one's own, else `freshclam`. */
  databaseUpdates?: 'freshclam' | 'external' | undefined;
  syncSeconds?: number | undefined;
  spoolLimitBytes?: number;
  quarantineLimitBytes?: number;
  maxFileBytes?: number;
  isServer?: boolean | null;
  log?: Log;
  /** For several agents on one machine: who this one is, and the name it enrols under. */
  machineId?: string | undefined;
  hostname?: string | undefined;
  /** Installs newer versions of the agent; left out: none are installed. */
  updateProgram?: string | undefined;
  /** Folder that stands for `/` when facts are collected. */
  factsRoot?: string;
  pollWaitSeconds?: number;
  /** Scripts of the server may run on this device. */
  remoteScripts?: boolean;
  /** Restarts the system; default: its own `shutdown`. */
  restarter?: Restarter;
  /** False: leave commands to the next agent on this folder, for one that lives only as long as a scan. */
  takesCommands?: boolean;
  /** This device's own clock. */
  clock?: () => Date;
  backoff?: BackoffSettings;
}

export interface AgentStatus {
  agentVersion: string;
  deviceId: string | null;
  enrolment: 'enrolled' | 'not-enrolled' | 'key-refused';
  serverUrl: string;
  sync: { lastAt: string | null; failing: string | null };
  spool: { events: number; bytes: number; lost: number; diskFull: boolean; rejected: number; failing: string | null };
  activeThreats: { path: string; threat: string; foundAt: string }[];
  watch: { folders: string[]; state: string; queued: number; onAccess: string };
  policy: { id: string | null; name: string | null; isOutOfOffice: boolean };
  /** Started by a schedule and not ended yet. */
  scheduledWork: string | null;
  quarantine: { objects: number; bytes: number };
  license: LicenseStatus;
  commands: { running: { id: string; displayName: string } | null; waiting: number };
  lastScanAt: string | null;
}

export interface RunningAgent {
  readonly deviceId: string;
  /** Ends everything in less than three seconds; what is not sent stays on disk. */
  stop(): Promise<void>;
  /** Scans now, besides what commands and the watch do. @throws NoScanner, ScannerFailed */
  scanNow(paths: string[]): Promise<ScanResult>;
  /** Resolves when everything that happened so far is scanned, carried out and acknowledged. @throws NotIdle */
  whenIdle(timeoutMs?: number): Promise<void>;
  status(): AgentStatus;
  /** What was moved away, newest first; back or gone for good by id. @throws NotInQuarantine, NotRestored */
  quarantine: Pick<QuarantineWork, 'list' | 'restore' | 'remove'>;
}

const MIB = 1024 * 1024;
const USUAL_KEEP_DAYS = 30;
const IDLE_LOOK_MS = 25;
const QUIET_LOOKS = 8;
const WATCH_MARGIN_MS = 60_000;
const LOCAL_ROOTS = ['/'];

/**
 * Starts an agent on a state folder: enrols when there is no key yet, then watches, scans, listens and tells until it
 * is stopped. With a key it starts also while the server is away.
 * @throws StateInUse, NotEnrolled, EnrolmentRefused; ServerUnreachable only when it must enrol first
 */
export const startAgent = async (options: AgentOptions): Promise<RunningAgent> => {
  const logger = loggerOf(options.log ?? (() => undefined));
  const { stateDir, serverUrl, backoff = usualBackoff, takesCommands = true } = options;
  const now = options.clock ?? (() => new Date());
  const unlock = await lockState(stateDir);
  const client = serverClient(options);
  const giveUp = async () => {
    client.close();
    unlock();
  };
  try {
    if (new URL(serverUrl).protocol === 'http:' && !/^(localhost|127\.|\[::1\])/.test(new URL(serverUrl).hostname)) {
      logger.warn('The server is reached without TLS: key and events travel unprotected', { serverUrl });
    }
    const identity = await identityFile(stateDir, options.machineId);
    const link = openConnection({
      client,
      identity,
      serverUrl,
      token: options.token,
      hostname: () => options.hostname ?? systemHostname(),
      logger,
    });
    await link.ensureEnrolled();

    const policy = await openPolicy({
      stateDir,
      local: {
        watch: options.watch?.map((folder) => resolve(folder)),
        exclude: options.exclude?.map((folder) => resolve(folder)),
        largestFileBytes: options.maxFileBytes,
      },
      now,
      logger,
      onChange: () => applyPolicy(),
    });
    const neverScanned = [stateDir, ...(options.signatureDir ? [options.signatureDir] : [])].map((each) =>
      resolve(each),
    );
    const clamdSocket = options.clamdSocket === undefined ? '/run/clamav/clamd.ctl' : options.clamdSocket;
    const scanner =
      options.scanner === undefined
        ? scannerKinds.clamav({
            clamdSocket,
            clamscanProgram: 'clamscan',
            freshclamProgram: 'freshclam',
            freshclamConfig: options.freshclamConfig,
            signatureDir: options.signatureDir,
            databaseUpdates: options.databaseUpdates ?? (options.signatureDir ? 'external' : 'freshclam'),
            maxFileBytes: () => policy.inForce().largestFileBytes,
          })
        : options.scanner;

    const memory = await openMemory(stateDir);
    const time = serverClock(now, memory.serverAheadMs());
    const spool = await openSpool({
      folder: join(stateDir, 'spool'),
      limitBytes: options.spoolLimitBytes ?? 64 * MIB,
      now: time.now,
      logger,
      onStored: () => sender.wake(),
    });
    const stopping = new AbortController();
    const { signal } = stopping;

    const sender = startSender({
      spool,
      connection: link,
      rejectedFolder: join(stateDir, 'rejected'),
      backoff,
      random: Math.random,
      now,
      logger,
    });
    const quarantine = await openQuarantine({
      folder: join(stateDir, 'quarantine'),
      limitBytes: options.quarantineLimitBytes ?? 1024 * MIB,
      now: time.now,
      logger,
    });
    const threats = await openThreats({
      stateDir,
      spool,
      now: time.now,
      logger,
      onChange: () => sync.soon(),
      isAllowed: quarantine.isAllowed,
    });
    const isolation = quarantineWork({
      quarantine,
      threats,
      spool,
      action: () => policy.inForce().scan.action,
      keepDays: () => policy.inForce().quarantineKeepDays ?? USUAL_KEEP_DAYS,
      now: time.now,
      logger,
      onChange: () => sync.soon(),
    });

    /** Views of the kernel and other machines' disks are left out, unless one is asked for by name. */
    const partsFor = async (roots: string[]) => {
      const foreign = (await readMounts()).filter((mount) => !holdsLocalFiles(mount)).map(({ point }) => point);
      const apart = foreign.filter((point) => point !== '/' && !roots.some((root) => isWithin(root, point)));
      const { excludedFolders, largestFileBytes: maxFileBytes } = policy.inForce();
      return {
        scanner,
        threats,
        excluded: [...excludedFolders, ...neverScanned, ...apart, ...quarantine.building()],
        maxFileBytes,
        now: time.now,
        dealWith: isolation.dealWith,
      };
    };
    const scanAndRemember = async (request: Parameters<typeof scanPaths>[1]): Promise<ScanResult> => {
      const result = await scanPaths(await partsFor(request.roots), request);
      await memory.remember({ lastScanAt: result.finishedAt });
      sync.soon();
      return result;
    };

    // A change may be on its way from the kernel while the queue looks empty.
    const rememberWatched = () => memory.remember({ watchedUntil: new Date(now().getTime() - WATCH_MARGIN_MS) });

    const realTimeProtection = async (): Promise<{ state: RtpStateCode; method: RtpMethod }> => {
      const state = watch.state();
      if (onAccess.state() === 'running' && (await scanner?.state())?.running) return { state: 4, method: 'on-access' };
      if (state === 'off') return { state: 1, method: 'none' };
      if (state === 'starting') return { state: 3, method: 'watch' };
      const isFailing = state === 'failed' || !(await scanner?.state())?.running;
      return { state: isFailing ? 9 : 4, method: 'watch' };
    };
    const root = options.factsRoot ?? '/';
    const software = installedSoftware({ root, run: runProgram });
    const vulnerabilities = await openLastSearch(stateDir, (searchSignal) =>
      searchVulnerabilities({ root, run: runProgram, installed: software, now: time.now }, searchSignal),
    );
    const updater = await openUpdater({
      stateDir,
      // An agent that lives only as long as a scan is not the one to replace.
      program: takesCommands ? (options.updateProgram ?? null) : null,
      currentVersion: agentVersion,
      pinnedKey: () => identity.get().packageKey,
      download: ({ sha256, sizeBytes }, file, downloadSignal) =>
        link.download(`/agent/v1/packages/${sha256}`, file, { mostBytes: sizeBytes, signal: downloadSignal }),
      run: runProgram,
      spool,
      now: time.now,
      logger,
    });
    const inventory = inventoryTeller({ software, connection: link, now: time.now, logger });
    const collectFacts = factCollector(
      factsOf(process.platform),
      {
        scanner,
        realTimeProtection,
        lastScanAt: memory.lastScanAt,
        isServer: options.isServer ?? null,
        policy: () => policy.inForce().settings,
        vulnerabilities: vulnerabilities.last,
        software,
        quarantined: quarantine.list,
        root,
        run: runProgram,
      },
      logger,
    );
    const licenses = await openLicenses({
      stateDir,
      now: () => new Date(now().getTime() + sync.status().serverAheadMs),
      logger,
      onChange: () => sync.soon(),
    });
    const sync = startSync({
      connection: link,
      collectFacts: async () => {
        const collected = { ...(await collectFacts()), licenses: licenses.held() };
        return options.hostname === undefined ? collected : { ...collected, hostname: options.hostname };
      },
      everySeconds: options.syncSeconds,
      backoff,
      random: Math.random,
      now,
      logger,
      before: async () => {
        policy.look();
        await threats.checkGone();
        await threats.retry();
        await isolation.expire();
        if (watch.state() === 'running' && !watch.isBusy()) await rememberWatched();
        drain();
      },
      policyId: policy.policyId,
      onReply: async ({ inventoryHash, agentPackage, nextSyncSeconds, policy: given, licenses: assigned }) => {
        sender.hurry();
        time.learn(sync.status().serverAheadMs);
        if (time.aheadMs() !== memory.serverAheadMs()) await memory.remember({ serverAheadMs: time.aheadMs() });
        await licenses.take(assigned);
        await policy.take(given, options.syncSeconds ?? nextSyncSeconds);
        inventory.onSync(inventoryHash, signal);
        updater.onSync(agentPackage, signal);
      },
    });

    const updateDatabases = async (updateSignal: AbortSignal) => {
      if (!scanner || !(await scanner.state())) throw new NoScanner();
      await scanner.updateDatabases(updateSignal);
      return scanner.databases();
    };
    const inbox = await openInbox(join(stateDir, 'commands'), now, logger);
    const outputs = await openOutputs({
      folder: join(stateDir, 'outputs'),
      connection: link,
      backoff,
      random: Math.random,
      logger,
    });
    const runner = commandRunner({
      inbox,
      spool,
      outputs,
      handlers: commandHandlers,
      parts: {
        get watchedFolders() {
          return policy.inForce().quickScanFolders;
        },
        localRoots: LOCAL_ROOTS,
        quarantine: isolation,
        scan: (roots, control, commandSignal) =>
          scanAndRemember({ roots, method: 'command', signal: commandSignal, ...control }),
        updateDatabases,
        searchVulnerabilities: vulnerabilities.search,
        restarter: options.restarter ?? systemRestarter({ root, run: runProgram }),
        scriptFolder: options.remoteScripts ? join(stateDir, 'scripts') : null,
      },
      now: time.now,
      serverNow: () => new Date(now().getTime() + sync.status().serverAheadMs),
      logger,
      onEnd: () => sync.soon(),
    });
    const onAccess = startOnAccess({
      stateDir,
      clamdSocket: options.onAccess ? clamdSocket : null,
      program: 'clamonacc',
      onFind: (path) =>
        runInBackground(
          'on-access',
          partsFor([path]).then((scanParts) => scanPaths(scanParts, { roots: [path], method: 'on-access', signal })),
        ),
      backoff,
      random: Math.random,
      logger,
    });
    /** An agent that lives only as long as a scan watches nothing and starts nothing by itself. */
    const toWatch = async () => {
      const folders = takesCommands ? policy.inForce().watchedFolders : [];
      return { folders, excluded: (await partsFor(folders)).excluded };
    };
    const watch = createWatching(
      (settings, takeOver) =>
        startWatch({
          ...settings,
          ...takeOver,
          scan: async (paths, watchSignal) =>
            scanPaths(await partsFor(paths), { roots: paths, method: 'watch', signal: watchSignal }),
          logger,
        }),
      { first: await toWatch(), since: memory.watchedUntil(), now },
    );
    onAccess.change(await toWatch());
    const scheduler = await openScheduler({
      stateDir,
      deviceKey: link.deviceId() ?? '',
      jobs: scheduledJobs({
        inForce: policy.inForce,
        localRoots: LOCAL_ROOTS,
        scan: (roots, jobSignal) => scanAndRemember({ roots, method: 'schedule', signal: jobSignal }),
        updateDatabases,
        searchVulnerabilities: vulnerabilities.search,
        spool,
        now: time.now,
        logger,
        onEnd: () => sync.soon(),
      }),
      now,
      logger,
      onTick: policy.look,
    });
    const applyPolicy = () => {
      runInBackground(
        'watch',
        toWatch().then((settings) => {
          onAccess.change(settings);
          return watch.change(settings);
        }),
      );
      scheduler.poke();
      // The server shows which policy is applied.
      sync.soon();
    };

    const background = new Set<Promise<unknown>>();
    const runInBackground = (name: string, work: Promise<unknown>) => {
      const settled: Promise<unknown> = work
        .catch((cause: unknown) => logger.error('A part of the agent ended', { name, reason: reasonOf(cause) }))
        .finally(() => background.delete(settled));
      background.add(settled);
    };
    const drain = () => {
      if (!takesCommands) return;
      // What was held may go on now.
      runInBackground(
        'requests',
        runner.obeyAll().then(() => runner.drain(signal)),
      );
      runInBackground('commands', runner.drain(signal));
    };

    await isolation.catchUp();
    await updater.lookBack();
    await runner.recover();
    runInBackground('send', sender.run(signal));
    runInBackground('sync', sync.run(signal));
    runInBackground('outputs', outputs.run(signal));
    if (takesCommands) runInBackground('schedules', scheduler.run(signal));
    if (takesCommands)
      runInBackground(
        'poll',
        listenForCommands(
          {
            connection: link,
            inbox,
            waitSeconds: options.pollWaitSeconds ?? 25,
            backoff,
            random: Math.random,
            logger,
            onNew: drain,
          },
          signal,
        ),
      );
    drain();

    const localScans = new Set<Promise<unknown>>();
    const scanNow = async (paths: string[]): Promise<ScanResult> => {
      const scan = scanAndRemember({ roots: paths.map((path) => resolve(path)), method: 'scan', signal });
      const settled = scan.catch(() => undefined);
      localScans.add(settled);
      settled.finally(() => localScans.delete(settled));
      return scan;
    };

    const status = (): AgentStatus => {
      const { events, bytes, dropped, diskFull } = spool.stats();
      const sending = sender.status();
      return {
        agentVersion,
        deviceId: link.deviceId(),
        enrolment: link.enrolment(),
        serverUrl,
        sync: { lastAt: sync.status().lastAt?.toISOString() ?? null, failing: sync.status().failing },
        spool: {
          events,
          bytes,
          lost: dropped.info + dropped.other,
          diskFull,
          rejected: sending.rejectedEvents,
          failing: sending.failing?.reason ?? null,
        },
        activeThreats: threats.active().map(({ path, threat, foundAt }) => ({ path, threat, foundAt })),
        watch: { folders: watch.folders(), state: watch.state(), queued: watch.queued(), onAccess: onAccess.state() },
        policy: {
          id: policy.policyId(),
          name: policy.inForce().policyName,
          isOutOfOffice: policy.inForce().isOutOfOffice,
        },
        scheduledWork: scheduler.running(),
        quarantine: quarantine.size(),
        license: licenses.status(),
        commands: runner.status(),
        lastScanAt: memory.lastScanAt()?.toISOString() ?? null,
      };
    };

    const stopControl = await startControl(
      stateDir,
      async (request) => {
        if (request.ask === 'status') return status();
        if (request.ask === 'quarantine') return isolation.list();
        if (request.ask === 'scan') return scanNow(request.paths);
        return request.ask === 'restore' ? isolation.restore(request.id) : isolation.remove(request.id);
      },
      logger,
    );
    logger.info('The agent runs', { deviceId: link.deviceId(), serverUrl, watch: watch.folders() });

    const isBusy = () =>
      watch.isBusy() ||
      scheduler.isBusy() ||
      localScans.size > 0 ||
      (takesCommands && (runner.isBusy() || outputs.isBusy())) ||
      sender.isBusy() ||
      sync.isBusy();

    let stopped: Promise<void> | undefined;
    const stopAll = async () => {
      const watchWasQuiet = watch.state() === 'running' && !watch.isBusy();
      stopping.abort();
      await stopControl();
      await Promise.all([watch.stop(), onAccess.stop()]);
      await Promise.all([...background, ...localScans, inventory.idle(), updater.idle()]);
      if (watchWasQuiet) await rememberWatched();
      await spool.close();
      await giveUp();
      logger.info('The agent has stopped');
    };

    return {
      get deviceId() {
        return identity.get().deviceId ?? '';
      },
      scanNow,
      status,
      quarantine: isolation,
      async whenIdle(timeoutMs = 30_000) {
        const until = performance.now() + timeoutMs;
        for (let quiet = 0; quiet < QUIET_LOOKS; quiet = isBusy() ? 0 : quiet + 1) {
          if (performance.now() > until) {
            throw new NotIdle(`The agent was still busy after ${timeoutMs} ms: ${JSON.stringify(status())}`);
          }
          await sleep(IDLE_LOOK_MS);
        }
      },
      stop: () => {
        stopped ??= stopAll();
        return stopped;
      },
    };
  } catch (cause) {
    await giveUp();
    throw cause;
  }
};
