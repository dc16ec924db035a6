/** From a device's report of an event to the ticket in the PSA: a real server, a stand-in PSA, one event after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startAutotaskSandbox } from '../../../sandboxes/src/autotask/index.ts';
import { deviceCaller } from '../../lib/device-caller.ts';
import { startGatehouse } from '../../lib/gatehouse-process.ts';
import { prepareMsp } from '../../lib/msp.ts';
import { playDevice } from '../../lib/played-device.ts';

const LOOK_MS = 5;
const PATIENCE_MS = 60_000;

/** @throws Error when a ticket does not come within a minute */
export const eventToTicket = async (events: number): Promise<{ p50Ms: number; p95Ms: number; mostMs: number }> => {
  const psa = await startAutotaskSandbox({ port: 0 });
  const server = await startGatehouse({ flags: ['--log-level', 'warn'] });
  const caller = deviceCaller(server.url);
  try {
    const [tenantName] = ['Alder Joinery'];
    const msp = await prepareMsp({ server, psa, tenantNames: [tenantName ?? ''], rules: ['event:critical'] });
    const device = await playDevice(caller, { name: 'pc-1', enrolmentToken: msp.tenants[0]?.enrolmentToken ?? '' });
    const isThere = (name: string): boolean =>
      (psa.controls.state().rows['Tickets'] ?? []).some(({ values }) => String(values['title']).includes(name));
    const taken: number[] = [];
    for (let at = 0; at < events; at += 1) {
      const threat = `Sample.Threat.${at}.`;
      const from = performance.now();
      await device.report([
        {
          type: 'GNRL_EV_VIRUS_FOUND',
          severity: 4,
          riseTime: new Date().toISOString(),
          params: { '2': `/tmp/${at}`, '5': threat, '6': String(at) },
        },
      ]);
      while (!isThere(threat)) {
        if (performance.now() - from > PATIENCE_MS) throw new Error(`no ticket for ${threat} within a minute`);
        await sleep(LOOK_MS);
      }
      taken.push(performance.now() - from);
    }
    taken.sort((a, b) => a - b);
    const at = (part: number): number => taken[Math.min(taken.length - 1, Math.floor(taken.length * part))] ?? 0;
    return { p50Ms: at(0.5), p95Ms: at(0.95), mostMs: taken.at(-1) ?? 0 };
  } finally {
    caller.close();
    await server.remove();
    await psa.close();
  }
};
