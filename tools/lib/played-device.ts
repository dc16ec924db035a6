/** One device that tools play by hand: it numbers what it reports, sends in order, and sends again until it was heard. */
import { randomUUID } from 'node:crypto';
import { type DeviceFacts, enrolAgent, type ReportedEvent, sendEvents, syncAgent } from '../../contract/src/index.ts';
import { type DeviceCaller, type UntilHeardOptions, untilHeard } from './device-caller.ts';

export interface PlayedDevice {
  deviceId: string;
  key: string;
  name: string;
  epoch: string;
  /** Resolves when the server has acknowledged them. @returns the numbers that they got */
  report(events: Omit<ReportedEvent, 'seq'>[]): Promise<number[]>;
  catches(infection: { uid: string; path: string }): Promise<unknown>;
  isHealed(infection: { uid: string; path: string }): Promise<unknown>;
  /** @param more on top of what a healthy device tells */
  tellFacts(more?: Partial<DeviceFacts>): Promise<void>;
}

/** Enrols a device with healthy facts. @param again how long to wait between two tries of one call */
export const playDevice = async (
  caller: DeviceCaller,
  { name, enrolmentToken, again = {} }: { name: string; enrolmentToken: string; again?: UntilHeardOptions },
): Promise<PlayedDevice> => {
  const agentVersion = '0.1.0';
  const machineId = `played-${name}`;
  const body = { token: enrolmentToken, machineId, hostname: name, agentVersion };
  const { deviceId, key } = await untilHeard(() => caller.call(enrolAgent, { body }), again);
  const epoch = randomUUID();
  let lastSeq = 0;
  let sending: Promise<unknown> = Promise.resolve();

  const report = async (events: Omit<ReportedEvent, 'seq'>[]): Promise<number[]> => {
    const numbered = events.map((event) => ({ seq: ++lastSeq, ...event }));
    const sent = sending.then(() =>
      untilHeard(() => caller.call(sendEvents, { key, body: { epoch, events: numbered } }), again),
    );
    // The next batch waits for this one, whatever becomes of it; who reported it hears of a failure.
    sending = sent.catch(() => {});
    await sent;
    return numbered.map(({ seq }) => seq);
  };
  const tellFacts = async (more: Partial<DeviceFacts> = {}): Promise<void> => {
    const facts = {
      hostname: name,
      securityApplication: { product: 'ClamAV', name: 'ClamAV', version: '1.4.3', running: true, rtpState: 4 },
      databases: { releasedAt: new Date().toISOString(), records: null },
      ...more,
    };
    const told = { agentVersion, sentAt: new Date().toISOString(), facts };
    await untilHeard(() => caller.call(syncAgent, { key, body: told }), again);
  };
  const threat = (type: string, severity: 1 | 4, { uid, path }: { uid: string; path: string }) => ({
    type,
    severity,
    riseTime: new Date().toISOString(),
    params: { '2': path, '5': 'Sample.Trojan.Pebble', '6': uid },
  });
  await tellFacts();
  return {
    deviceId,
    key,
    name,
    epoch,
    report,
    tellFacts,
    catches: (infection) => report([threat('GNRL_EV_VIRUS_FOUND', 4, infection)]),
    isHealed: (infection) => report([threat('GNRL_EV_OBJECT_DELETED', 1, infection)]),
  };
};
