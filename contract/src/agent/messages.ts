import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { AgentCommand } from './commands.ts';
import { DeviceFacts } from './facts.ts';
import { AssignedLicense } from './licenses.ts';
import { AgentPackage, PackageKey } from './package.ts';
import { AgentPolicy } from './policy.ts';

/** What an agent and its Administration Server say to each other; told in docs/agent-protocol.md. */

const tag = 'Agent';
const text = (most: number) => z.string().max(most);

/** Severity codes of the field: 1 Info, 2 Warning, 3 Functional failure, 4 Critical. */
export const SeverityCode = z.literal([1, 2, 3, 4]);
export type SeverityCode = z.output<typeof SeverityCode>;

/** One event as a device reports it. Field limits follow the event record of KSC 13.1. */
export const ReportedEvent = z
  .object({
    /** Grows by at least one from event to event inside an epoch; the server acknowledges up to a number. */
    seq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    /** Type code, as `GNRL_EV_VIRUS_FOUND`. An unknown one is accepted and shown under its code. */
    type: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[A-Za-z0-9_.:-]+$/, 'Letters, digits and _ . : - only'),
    /** Numeric id of the type; tells apart types that share a code. */
    typeId: z.number().int().min(1).max(2_147_483_647).optional(),
    /** When it happened, by the device's clock. */
    riseTime: Moment,
    /** Left out: the catalogue's severity of this type, Info for an unknown type. */
    severity: SeverityCode.optional(),
    displayName: text(100).optional(),
    description: text(1000).optional(),
    /** GNRL_EA_PARAM_1 to 9, by number. */
    params: z.record(z.string().regex(/^[1-9]$/, 'A number from 1 to 9'), text(512)).optional(),
    product: z.object({ name: text(32), version: text(32), displayVersion: text(32).optional() }).optional(),
    task: z
      .object({
        /** The command or task that it belongs to. */
        id: text(64),
        displayName: text(100),
        /** Task states: 0 created, 1 running, 2 suspended, 3 failed, 4 completed, 5 timed out. */
        oldState: z.number().int().min(0).max(7).optional(),
        newState: z.number().int().min(0).max(7).optional(),
        completedPercent: z.number().int().min(0).max(100).optional(),
      })
      .optional(),
  })
  .meta({ id: 'ReportedEvent' });
export type ReportedEvent = z.output<typeof ReportedEvent>;

export const enrolAgent = endpoint({
  method: 'POST',
  path: '/agent/v1/enrol',
  tag,
  summary: 'Enrol a device with an enrolment token; the reply holds its own key, once',
  needs: { public: 'holds an enrolment token' },
  audit: 'device.enrolled',
  body: z.object({
    token: text(200).min(1),
    /** Stable over re-installation of the agent: the same machine gets the same device. */
    machineId: text(128).min(8),
    hostname: text(256).min(1),
    agentVersion: text(32).min(1),
  }),
  reply: z.object({
    deviceId: Id,
    key: z.string(),
    /** Who may sign versions of the agent for this device; left out: this server offers none. */
    packageKey: PackageKey.optional(),
  }),
});

export const syncAgent = endpoint({
  method: 'POST',
  path: '/agent/v1/sync',
  tag,
  summary: 'Tell what is true of the device now; hear what the server wants of it',
  needs: 'agent',
  audit: { notAudited: 'every device, every few minutes' },
  body: z.object({
    agentVersion: text(32).min(1),
    /** The device's clock, so that the server can show the difference. */
    sentAt: Moment,
    facts: DeviceFacts,
    /** `id` of the policy that the agent applies now; left out by an agent that knows no policies. */
    policyId: text(64).nullable().optional(),
  }),
  reply: z.object({
    nextSyncSeconds: z.number().int().min(1),
    serverTime: Moment,
    /** What is to be applied, when it differs from the `policyId` that was told; null: no policy any more. */
    policy: AgentPolicy.nullable().optional(),
    /** Keys that this device is to hold, all of them; left out when nothing is known of keys. */
    licenses: z.array(AssignedLicense).max(20).optional(),
    /** `hash` of the list of software that the server has; null: none. Left out: it keeps no such lists. */
    inventoryHash: text(64).nullable().optional(),
    /** The version of the agent that is offered; left out: none. */
    agentPackage: AgentPackage.optional(),
  }),
});

export const sendEvents = endpoint({
  method: 'POST',
  path: '/agent/v1/events',
  tag,
  summary: 'Send a batch of events; the reply comes when they would survive a crash of the server',
  needs: 'agent',
  audit: { notAudited: 'the events are the record' },
  body: z.object({
    /** Names the agent's spool: a new random one when the spool was made anew, so that `seq` may start at 1 again. */
    epoch: text(64).min(8),
    events: z.array(ReportedEvent).min(1).max(1000),
  }),
  /** Everything up to this number is stored: drop it from the spool. */
  reply: z.object({ acknowledgedSeq: z.number().int().min(0) }),
});

export const pollCommands = endpoint({
  method: 'GET',
  path: '/agent/v1/commands',
  tag,
  summary: 'Wait for commands: answers at once when there are some, else empty after `waitSeconds`',
  needs: 'agent',
  audit: { notAudited: 'reads only' },
  query: z.object({ waitSeconds: z.coerce.number().int().min(0).max(50).default(25) }),
  reply: z.object({ commands: z.array(AgentCommand) }),
});

export const takeCommands = endpoint({
  method: 'POST',
  path: '/agent/v1/commands/taken',
  tag,
  summary: 'Say which commands the agent has written to its own disk and will carry out; they are not sent again',
  needs: 'agent',
  audit: { notAudited: 'the command itself is audited where it is given' },
  body: z.object({ ids: z.array(Id).min(1).max(100) }),
  reply: Done,
});

export const sendCommandOutput = endpoint({
  method: 'POST',
  path: '/agent/v1/commands/output',
  tag,
  summary: 'Hand over what a script wrote; sent again, it is the same',
  needs: 'agent',
  audit: { notAudited: 'the task that ran the script is audited where it is started' },
  body: z.object({
    commandId: Id,
    output: text(1_048_576),
    /** There was more than the command allowed. */
    isCut: z.boolean(),
  }),
  reply: Done,
});
