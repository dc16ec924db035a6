import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf } from './world.ts';

const state = (words: Partial<contract.SiemTargetState> = {}): contract.SiemTargetState => ({
  kind: 'working',
  sent: 0,
  waiting: 0,
  queueBytes: 0,
  queueMostBytes: 1_073_741_824,
  fullSince: null,
  timesFull: 0,
  lastSentAt: null,
  lastError: null,
  lastErrorAt: null,
  nextTryAt: null,
  ...words,
});

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

const someTargets = (): contract.SiemTarget[] => {
  const target = (name: string, words: object): contract.SiemTarget => ({
    id: idOf(`siem ${name}`),
    createdAt: ago(900_000),
    ...contract.SiemTargetSettings.parse({
      name,
      format: 'syslog',
      transport: 'tcp',
      host: 'siem',
      port: 514,
      ...words,
    }),
    state: state(words as object),
  });
  return [
    target('Collector of the SOC', {
      host: 'soc.example.com',
      transport: 'tls',
      port: 6514,
      sent: 1_204_332,
      lastSentAt: ago(4),
    }),
    target('QRadar of Northwind Dental', {
      host: '192.0.2.10',
      format: 'leef',
      transport: 'udp',
      tenantIds: [idOf('tenant Northwind Dental')],
      severities: ['critical'],
      kind: 'failing',
      sent: 17,
      waiting: 4120,
      queueBytes: 3_400_000,
      lastSentAt: ago(7200),
      lastError: 'connect ECONNREFUSED 192.0.2.10:514',
      lastErrorAt: ago(20),
      nextTryAt: ago(-40),
    }),
    target('Old archive', {
      host: '2001:db8::7',
      format: 'cef',
      waiting: 2_000_000,
      queueBytes: 1_073_741_000,
      fullSince: ago(90_000),
      timesFull: 2,
      kind: 'failing',
      lastError: 'the receiver shows another certificate than the pinned one: SHA-256 AB:CD',
      lastErrorAt: ago(3),
    }),
    target('Switched off', { enabled: false, kind: 'stopped' }),
  ];
};

/** Exports to SIEM systems; `closed.example.com` refuses every test. */
export const answerSiemExports = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  const targets = kind === 'full' ? someTargets() : [];
  const found = (id: string): contract.SiemTarget => {
    const target = targets.find((one) => one.id === id);
    if (!target) throw new Refusal(404, 'siem-target.not-found', `There is no siem target ${id}`);
    return target;
  };
  on(contract.listSiemTargets, () => ({ items: targets }));
  on(contract.getSystemLogState, () => ({
    kind: kind === 'full' ? ('no-log' as const) : ('idle' as const),
    socket: '/dev/log',
    written: kind === 'full' ? 1204 : 0,
    tooOld: 0,
    lastWrittenAt: kind === 'full' ? ago(3600) : null,
    lastError: kind === 'full' ? 'There is no log socket at /dev/log on this computer' : null,
  }));
  on(contract.addSiemTarget, ({ body }) => {
    if (targets.some(({ name }) => name === body.name))
      throw new Refusal(409, 'siem-target.name-taken', `There is an export named “${body.name}” already`);
    const target = { id: randomUUID(), createdAt: ago(0), ...body, state: state() };
    targets.push(target);
    return target;
  });
  on(contract.changeSiemTarget, ({ params, body }) => Object.assign(found(params.targetId), body));
  on(contract.deleteSiemTarget, ({ params }) => {
    targets.splice(targets.indexOf(found(params.targetId)), 1);
    return {};
  });
  on(contract.testSiemTarget, ({ body }) =>
    body.host === 'closed.example.com'
      ? {
          ok: false,
          steps: [
            { ok: false, text: 'No connection to closed.example.com port 514: connect ECONNREFUSED 192.0.2.1:514' },
          ],
          message: '<14>1 the test event',
        }
      : {
          ok: true,
          steps: [
            { ok: true, text: `Connected to ${body.host} port ${body.port} (TCP)` },
            { ok: true, text: 'Sent, and the receiver kept the connection open' },
          ],
          message: '<14>1 the test event',
        },
  );
};
