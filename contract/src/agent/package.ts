import { z } from 'zod';
import { endpoint } from '../endpoint.ts';

/** A version of the agent that the server offers to its devices. */
export const AgentPackage = z
  .object({
    version: z.string().min(1).max(32),
    /** Of the file, in hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 in small hex digits'),
    sizeBytes: z.number().int().min(1),
    /** Ed25519 over `packageText`, in base64; by the key that the device got when it enrolled. */
    signature: z.string().max(200),
  })
  .meta({ id: 'AgentPackage' });
export type AgentPackage = z.output<typeof AgentPackage>;

/** What the signature is over: nothing of it can be exchanged for something else. */
export const packageText = ({ version, sha256, sizeBytes }: Omit<AgentPackage, 'signature'>): string =>
  `gatehouse-agent ${version} ${sha256} ${sizeBytes}\n`;

/** Ed25519 public key: its SPKI form in DER, in base64. */
export const PackageKey = z.string().max(200);

export const getAgentPackage = endpoint({
  method: 'GET',
  path: '/agent/v1/packages/:sha256',
  tag: 'Agent',
  summary: 'The file of the version of the agent that the last sync offered',
  needs: 'agent',
  audit: { notAudited: 'reads only' },
  params: z.object({ sha256: AgentPackage.shape.sha256 }),
  replyType: 'application/octet-stream',
  reply: z.unknown(),
});
