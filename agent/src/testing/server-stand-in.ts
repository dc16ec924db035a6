import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type AgentCommand,
  type AgentPackage,
  type AssignedLicense,
  type DeviceFacts,
  type Endpoint,
  enrolAgent,
  pollCommands,
  type ReportedEvent,
  type SoftwareItem,
  sendCommandOutput,
  sendEvents,
  sendInventory,
  syncAgent,
  takeCommands,
} from '@gatehouse/contract';

type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; text?: string }
  /** Does the work, then hangs up: the agent cannot know. */
  | { kind: 'lost-reply' }
  | { kind: 'hang-up' };

interface Body {
  token: string;
  machineId: string;
  hostname: string;
  epoch: string;
  events: ReportedEvent[];
  ids: string[];
  facts: DeviceFacts;
  policyId?: string | null;
  hash: string;
  software: SoftwareItem[];
  commandId: string;
  output: string;
  isCut: boolean;
}

/** A strict small Administration Server: real HTTP, every body checked with the contract, every reply too. */
export const startServerStandIn = async ({ tls }: { tls?: { key: string; cert: string } } = {}) => {
  const devices = new Map<string, { deviceId: string; key: string; hostname: string }>();
  const stored: (ReportedEvent & { epoch: string })[] = [];
  const highest = new Map<string, number>();
  const syncs: DeviceFacts[] = [];
  const batches: number[] = [];
  const taken: string[] = [];
  /** What scripts wrote, by command. */
  const outputs = new Map<string, { output: string; isCut: boolean }>();
  const requests: string[] = [];
  const complaints: string[] = [];
  let waiting: AgentCommand[] = [];
  let wakePollers = Promise.withResolvers<void>();
  let faults: Fault[] = [];
  let faultPath = '';
  let isPoisoned: (event: ReportedEvent) => boolean = () => false;
  let token = 'enrol-me';
  let nextSyncSeconds = 3600;
  /** Undefined: this server knows no policies. */
  let policy: unknown;
  /** Undefined: this server has nothing to say of keys. */
  let licenses: AssignedLicense[] | undefined;
  let offered: { offer: AgentPackage; content: Buffer } | undefined;
  let packageKey: string | undefined;
  /** Undefined: this server keeps no lists of software. */
  let inventory: { hash: string; software: SoftwareItem[] } | null | undefined;
  let clockAheadMs = 0;
  const toldPolicies: (string | null | undefined)[] = [];

  const problem = (status: number, code: string, message: string) => ({
    status,
    content: { code, message, issues: [], retryable: status >= 500, requestId: randomUUID() },
  });
  type Answer = { status: number; content: unknown };
  const ok = (endpoint: Endpoint, content: unknown): Answer => ({
    status: 200,
    content: endpoint.reply.parse(content),
  });

  const enrol = (body: Body): Answer => {
    if (body.token !== token) return problem(403, 'agent.token_refused', 'The enrolment token is not valid');
    const device = {
      deviceId: devices.get(body.machineId)?.deviceId ?? randomUUID(),
      key: randomUUID(),
      hostname: body.hostname,
    };
    devices.set(body.machineId, device);
    return ok(enrolAgent, { deviceId: device.deviceId, key: device.key, packageKey });
  };

  const takeEvents = ({ epoch, events }: Body): Answer => {
    batches.push(events.length);
    if (events.some(isPoisoned)) return problem(400, 'events.invalid', 'An event of the batch is not acceptable');
    for (const event of events) {
      const known = highest.get(epoch) ?? 0;
      const before = stored.findLast((each) => each.epoch === epoch)?.seq ?? 0;
      if (event.seq <= known) continue;
      if (event.seq <= before) complaints.push(`event ${event.seq} after ${before}`);
      stored.push({ ...event, epoch });
      highest.set(epoch, event.seq);
    }
    return ok(sendEvents, { acknowledgedSeq: highest.get(epoch) ?? 0 });
  };

  const poll = async (query: URLSearchParams, gone: Promise<void>): Promise<Answer> => {
    const waitMs = Number(query.get('waitSeconds') ?? 25) * 1000;
    if (waiting.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((done) => {
        timer = setTimeout(done, waitMs);
      });
      await Promise.race([wakePollers.promise, timeout, gone]);
      clearTimeout(timer);
    }
    // Not through the reply's schema: a newer server may give kinds that this contract does not know.
    return { status: 200, content: { commands: waiting } };
  };

  const answer = async (endpoint: Endpoint, request: IncomingMessage, url: URL, text: string): Promise<Answer> => {
    const body = endpoint.body?.safeParse(text === '' ? undefined : JSON.parse(text));
    if (body && !body.success) {
      complaints.push(`${endpoint.path}: ${body.error.message}`);
      return problem(400, 'request.invalid', body.error.message);
    }
    const read = body?.data as Body;
    if (endpoint === enrolAgent) return enrol(read);
    const key = request.headers.authorization?.replace(/^Bearer /, '');
    if (![...devices.values()].some((device) => device.key === key))
      return problem(401, 'agent.key_refused', 'Unknown key');
    if (endpoint === syncAgent) {
      syncs.push(read.facts);
      toldPolicies.push(read.policyId);
      const serverTime = new Date(Date.now() + clockAheadMs).toISOString();
      const said = ok(syncAgent, {
        nextSyncSeconds,
        serverTime,
        licenses,
        inventoryHash: inventory?.hash ?? inventory,
        agentPackage: offered?.offer,
      });
      const id = (policy as { id?: string } | null | undefined)?.id ?? null;
      const isNews = policy !== undefined && read.policyId !== undefined && read.policyId !== id;
      // Not through the reply's schema: a newer server may send what this contract does not know.
      return isNews ? { ...said, content: { ...(said.content as object), policy } } : said;
    }
    if (endpoint === sendInventory) {
      inventory = { hash: read.hash, software: read.software };
      return ok(sendInventory, {});
    }
    if (endpoint === sendEvents) return takeEvents(read);
    if (endpoint === pollCommands) return poll(url.searchParams, new Promise((done) => request.once('close', done)));
    if (endpoint === sendCommandOutput) {
      outputs.set(read.commandId, { output: read.output, isCut: read.isCut });
      return ok(sendCommandOutput, {});
    }
    taken.push(...read.ids);
    waiting = waiting.filter(({ id }) => !read.ids.includes(id));
    if (waiting.length === 0) wakePollers = Promise.withResolvers();
    return ok(takeCommands, {});
  };

  const endpoints: Endpoint[] = [
    enrolAgent,
    syncAgent,
    sendEvents,
    pollCommands,
    takeCommands,
    sendCommandOutput,
    sendInventory,
  ];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    let text = '';
    request.setEncoding('utf8');
    for await (const chunk of request) text += chunk;
    requests.push(`${request.method} ${url.pathname}`);
    const fault = url.pathname.startsWith(faultPath) ? faults.shift() : undefined;
    if (fault?.kind === 'hang-up') return request.socket.destroy();
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      return response.end(fault.text ?? JSON.stringify(problem(fault.status, 'test.fault', 'As told').content));
    }
    if (offered && url.pathname === `/agent/v1/packages/${offered.offer.sha256}`) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      return response.end(offered.content);
    }
    const endpoint = endpoints.find(({ method, path }) => method === request.method && path === url.pathname);
    const { status, content } = endpoint
      ? await answer(endpoint, request, url, text)
      : problem(404, 'request.unknown', `Nothing at ${url.pathname}`);
    if (fault?.kind === 'lost-reply') return request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(content));
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((cause: unknown) => {
      complaints.push(String(cause));
      request.socket.destroy();
    });
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    devices,
    stored,
    syncs,
    batches,
    taken,
    outputs,
    requests,
    /** Everything in which an agent broke the protocol. */
    complaints,
    types: () => stored.map(({ type }) => type),
    of: (type: string) => stored.filter((event) => event.type === type),
    /** The next requests to paths that begin so fail in this way. */
    failNext(path: string, ...next: Fault[]) {
      faultPath = path;
      faults = next;
    },
    poison(which: (event: ReportedEvent) => boolean) {
      isPoisoned = which;
    },
    pretendToHave(epoch: string, seq: number) {
      highest.set(epoch, seq);
    },
    revokeAll() {
      for (const device of devices.values()) device.key = randomUUID();
    },
    setToken(next: string) {
      token = next;
    },
    /** Ids of policies as syncs told them. */
    toldPolicies,
    /** As it is, so that also what no agent can read can be sent; null: none any more. */
    setPolicy(next: unknown) {
      policy = next;
    },
    setLicenses(next: AssignedLicense[] | undefined) {
      licenses = next;
    },
    /** From now on it asks for lists of software, and has none yet. */
    askForInventory() {
      inventory = null;
    },
    inventory: () => inventory,
    /** How wrong a device's clock looks to it. */
    setClockAheadMs(ms: number) {
      clockAheadMs = ms;
    },
    /** What it knows now, and the way back to it: as a backup is restored. */
    backUp() {
      const kept = { stored: [...stored], highest: new Map(highest), devices: new Map(devices), inventory };
      return () => {
        stored.splice(0, stored.length, ...kept.stored);
        for (const [map, before] of [
          [highest, kept.highest],
          [devices, kept.devices],
        ] as const) {
          map.clear();
          for (const [key, value] of before) (map as Map<string, unknown>).set(key, value);
        }
        inventory = kept.inventory;
      };
    },
    /** Who signs versions of the agent, for devices that enrol from now on. */
    setPackageKey(key: string) {
      packageKey = key;
    },
    offer(offer: AgentPackage, content: Buffer) {
      offered = { offer, content };
    },
    setNextSyncSeconds(seconds: number) {
      nextSyncSeconds = seconds;
    },
    command(command: Partial<AgentCommand>): AgentCommand {
      const given: AgentCommand = {
        id: randomUUID(),
        kind: 'scan',
        displayName: 'Scan',
        createdAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        ...command,
      };
      waiting = [...waiting, given];
      wakePollers.resolve();
      return given;
    },
    /** Away, as if the machine were off; `comeBack` listens on the same port. */
    async goAway() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
    comeBack: () => listen(port),
    async stop() {
      wakePollers.resolve();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      if (server.listening) await closed;
    },
  };
};
export type ServerStandIn = Awaited<ReturnType<typeof startServerStandIn>>;
