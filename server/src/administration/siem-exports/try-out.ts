import type { SiemTargetSettings, SiemTestResult } from '@gatehouse/contract';
import type { EventRow } from '../events/index.ts';
import { connectTo, wordsOfError } from './connect.ts';
import { type Exporter, renderEvent } from './render.ts';

/** How long a receiver may take to refuse what it was sent. */
const REFUSAL_MS = 700;

/** An event of the server itself, made up: nobody must take it for a threat. */
const testEvent = (names: Exporter, now: Date): EventRow => ({
  eventId: 0,
  tenantId: '',
  deviceId: '',
  epoch: 'test',
  seq: 1,
  type: 'KLSRV_SIEM_TEST',
  typeId: 0,
  known: false,
  severity: 1,
  displayName: 'Test of the export to a SIEM',
  description: 'This is a test event. Somebody pressed the test button; nothing happened to any device.',
  params: Array.from({ length: 9 }, () => ''),
  riseTime: now,
  registrationTime: now,
  deviceName: names.serverName,
  groupId: -1,
  groupName: '',
  ipAddress: '',
  product: '',
  productVersion: '',
  productDisplayVersion: '',
  taskId: '',
  taskName: '',
  taskOldState: -1,
  taskNewState: -1,
  completedPercent: -1,
  expiresAt: now,
  listed: false,
});

/** Sends one test event past all queues, and says what happened in the words of the system. */
export const tryOut = async (settings: SiemTargetSettings, names: Exporter, now: Date): Promise<SiemTestResult> => {
  const message = renderEvent(testEvent(names, now), settings, names);
  const steps: SiemTestResult['steps'] = [];
  const over = (ok: boolean, text: string): SiemTestResult => {
    steps.push({ ok, text });
    return { ok, steps, message };
  };
  let connection: Awaited<ReturnType<typeof connectTo>>;
  try {
    connection = await connectTo(settings);
  } catch (error) {
    return over(false, `No connection to ${settings.host} port ${settings.port}: ${wordsOfError(error)}`);
  }
  const isUdp = settings.transport === 'udp';
  steps.push({ ok: true, text: `${isUdp ? 'Found' : 'Connected to'} ${connection.peer}` });
  try {
    await connection.send([message]);
    let timer: NodeJS.Timeout | undefined;
    const refusal = await Promise.race([
      connection.ended,
      new Promise<null>((done) => {
        timer = setTimeout(() => done(null), REFUSAL_MS);
      }),
    ]);
    clearTimeout(timer);
    if (refusal) return over(false, `The message was sent and refused: ${wordsOfError(refusal)}`);
  } catch (error) {
    return over(false, `The message could not be sent: ${wordsOfError(error)}`);
  } finally {
    await connection.close();
  }
  return over(
    true,
    isUdp
      ? 'Sent. UDP gives no answer: look in the SIEM whether it arrived'
      : 'Sent, and the receiver kept the connection open',
  );
};
