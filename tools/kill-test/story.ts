/** Kills a server again and again in the middle of its work, and counts afterwards what is left of it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAutotaskSandbox } from '../../sandboxes/src/autotask/index.ts';
import { chanceOf } from '../lib/chance.ts';
import { startProgram } from '../lib/child-program.ts';
import { deviceCaller } from '../lib/device-caller.ts';
import { freePort, startGatehouse } from '../lib/gatehouse-process.ts';
import { ACTIVE_THREATS, prepareMsp } from '../lib/msp.ts';
import { type PlayedDevice, playDevice } from '../lib/played-device.ts';
import { storeEveryEvent } from '../lib/store-every-event.ts';
import { checkEvents, checkTickets, psaTickets, type Told, waitForTickets } from './verdict.ts';

export interface KillTestOptions {
  rounds: number;
  seed: string;
  say: (line: string) => void;
}

export interface KillTestResult {
  kills: number;
  /** Events that senders were told are stored; all of them, in the end. */
  events: number;
  tickets: number;
  violations: string[];
}

const TENANTS = ['Alder Bakery', 'Birchwood Dental'];
const SENDERS = 4;
const FLIPPERS = 4;
const MOST_EVENTS_PER_BATCH = 60;
/** Killed at any moment until this long after it was ready: long enough that tickets are on their way. */
const LONGEST_LIFE_MS = 6000;
/** How long the outboxes may need in the end; the longest pause between two tries of one ticket is a minute at first. */
const SETTLE_MS = 150_000;
const QUIET_MS = 3000;

const flags = ['--integration-poll-seconds', '1', '--agent-sync-seconds', '1', '--log-level', 'warn'];

const serveFlags = (dataDir: string, httpPort: number, openApiPort: number) => [
  ...['serve', '--data-dir', dataDir, '--http-port', String(httpPort), '--open-api-port', String(openApiPort)],
  ...flags,
];

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Senders push batches and send again what was not acknowledged, as the agent protocol says; other devices are infected
 * and healed all the time while tickets open and close; meanwhile the server is killed at random moments and started
 * again on the same data.
 */
export const killTest = async ({ rounds, seed, say }: KillTestOptions): Promise<KillTestResult> => {
  const chance = chanceOf(`kill ${seed}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'));
  const removeData = () => rmSync(dataDir, { recursive: true, force: true });
  process.once('exit', removeData);
  const psa = await startAutotaskSandbox({ port: 0 });
  const [httpPort, openApiPort] = [await freePort(), await freePort()];
  const start = () => startGatehouse({ dataDir, httpPort, openApiPort, flags });
  const url = `http://127.0.0.1:${httpPort}`;
  const caller = deviceCaller(url, { connections: SENDERS + FLIPPERS });
  let server = await start();
  try {
    const { api, tenants } = await prepareMsp({ server, psa, tenantNames: TENANTS, rules: [ACTIVE_THREATS] });
    await storeEveryEvent(api);
    const again = { firstPauseMs: 40, longestPauseMs: 250 };
    const devices: PlayedDevice[] = [];
    for (let number = 0; number < SENDERS + FLIPPERS; number++) {
      const { enrolmentToken = '' } = tenants[number % tenants.length] ?? {};
      devices.push(
        await playDevice(caller, {
          name: `${number < SENDERS ? 'sender' : 'flipper'}-${number}`,
          enrolmentToken,
          again,
        }),
      );
    }
    say(`The server is ready; ${SENDERS} devices send and ${FLIPPERS} are infected and healed in turn`);

    let isOver = false;
    const told: Told[] = devices.map((device) => ({ device, markers: [], infections: 0, isInfected: false }));
    const send = async (one: Told): Promise<void> => {
      for (let number = 1; !isOver; ) {
        const markers = Array.from(
          { length: chance.whole(1, MOST_EVENTS_PER_BATCH) },
          () => `${one.device.name}-${number++}`,
        );
        const riseTime = new Date().toISOString();
        await one.device.report(
          markers.map((marker) => ({ type: 'GNRL_EV_OBJECT_REPORTED', riseTime, params: { '1': marker } })),
        );
        one.markers.push(...markers);
        await sleep(chance.whole(0, 30));
      }
    };
    const flip = async (one: Told, mustEndInfected: boolean): Promise<void> => {
      let infection = { uid: '', path: '' };
      while (!isOver || one.isInfected !== mustEndInfected) {
        if (one.isInfected) await one.device.isHealed(infection);
        else {
          infection = { uid: randomUUID(), path: `/srv/sample-${one.infections}` };
          one.infections += 1;
          await one.device.catches(infection);
        }
        one.isInfected = !one.isInfected;
        if (!isOver) await sleep(chance.whole(300, 2500));
      }
      await one.device.tellFacts();
    };
    const playing = Promise.all(
      told.map((one, number) => (number < SENDERS ? send(one) : flip(one, number % 2 === 0))),
    );
    // Looked at in the end; a failure meanwhile must not end this process before its server.
    playing.catch(() => {});

    let kills = 0;
    const acknowledged = () => told.reduce((sum, { markers }) => sum + markers.length, 0);
    for (let round = 1; round <= rounds; round++) {
      const lifeMs = chance.whole(50, LONGEST_LIFE_MS);
      await sleep(lifeMs);
      await server.kill();
      kills += 1;
      let words = `killed after ${inSeconds(lifeMs)}`;
      if (chance.happens(0.25)) {
        // In the middle of a start too: what recovers must itself survive being cut off.
        const startMs = chance.whole(200, 3000);
        const starting = startProgram('server/src/main.ts', serveFlags(dataDir, httpPort, openApiPort));
        await sleep(startMs);
        await starting.kill();
        kills += 1;
        words += `, again ${inSeconds(startMs)} into its start`;
      }
      server = await start();
      say(
        `Round ${round} of ${rounds}: ${words}; ready again after ${inSeconds(server.readyAfterMs)}; ` +
          `${acknowledged()} events acknowledged, ${psaTickets(psa).length} tickets`,
      );
    }
    await sleep(QUIET_MS);
    isOver = true;
    await playing;

    const violations = await waitForTickets({ api, psa, told, withinMs: SETTLE_MS });
    violations.push(...(await checkEvents(api, told)), ...(await checkTickets(api, psa, told)));
    return { kills, events: acknowledged(), tickets: psaTickets(psa).length, violations };
  } finally {
    caller.close();
    await server.kill();
    await psa.close();
    removeData();
    process.off('exit', removeData);
  }
};
