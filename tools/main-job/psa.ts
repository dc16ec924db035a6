/** What the PSA itself says, asked by its own REST API as its own people and programs would. */
import { sampleCredentials } from '../../sandboxes/src/autotask/index.ts';

export interface PsaTicket {
  id: number;
  ticketNumber: string;
  title: string;
  status: number;
  priority: number;
  companyID: number;
  externalID: string | null;
}

/** The system status that every Autotask database has. */
export const COMPLETE = 5;

const headers = {
  UserName: sampleCredentials.userName,
  Secret: sampleCredentials.secret,
  ApiIntegrationCode: sampleCredentials.trackingId,
  'content-type': 'application/json',
};

/** All tickets of the PSA. @param origin of the stand-in */
export const allTickets = async (origin: string): Promise<PsaTicket[]> => {
  const reply = await fetch(`${origin}/ATServicesRest/V1.0/Tickets/query`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ filter: [{ op: 'exist', field: 'id' }] }),
  });
  const body = (await reply.json()) as { items?: PsaTicket[]; errors?: string[] };
  if (!body.items) throw new Error(`the PSA answered ${reply.status}: ${JSON.stringify(body.errors ?? body)}`);
  return body.items;
};
