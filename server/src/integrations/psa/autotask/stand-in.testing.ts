import {
  type AutotaskSandbox,
  fixtureIds,
  sampleCredentials,
  startAutotaskSandbox,
} from '@gatehouse/sandboxes/autotask';
import type { PsaConnector } from '../connector.ts';
import type { PsaStandIn } from '../connector-contract.ts';
import { connectAutotask } from './connection.ts';
import { autotaskSettings } from './settings.ts';

export interface AutotaskStandIn extends PsaStandIn {
  sandbox: AutotaskSandbox;
  settings: Record<string, unknown>;
}

const complete = 5;

/** The Autotask sandbox behind HTTP, steered as the connector contract wants it. */
export const startAutotaskStandIn = async (): Promise<AutotaskStandIn> => {
  const sandbox = await startAutotaskSandbox({ port: 0 });
  const { controls } = sandbox;
  const settings = { ...sampleCredentials, discoveryUrl: sandbox.origin, hourlySharePercent: 100 };
  const connect = (): PsaConnector =>
    connectAutotask(autotaskSettings.parse(settings), { clock: () => new Date(), pauseScale: 0.001 });

  const rows = (entity: string) => (controls.state().rows[entity] ?? []).map(({ values }) => values);
  const ticket = (ticketId: string) => rows('Tickets').find(({ id }) => id === Number(ticketId));
  let connector = connect();

  return {
    sandbox,
    settings,
    get connector() {
      return connector;
    },
    connectAgain: connect,
    activeAccountId: '175',
    inactiveAccountId: String(fixtureIds.inactiveCompany),
    usualFields: { priority: '4', queueID: '8', status: '1', closedStatus: '5', source: '8' },
    closedStatus: String(complete),
    priority: { field: 'priority', low: '2', high: '4' },
    optionalField: { field: 'source', choice: '8' },
    openTickets: () =>
      rows('Tickets')
        .filter(({ status }) => status !== complete)
        .map(({ id }) => String(id)),
    notesOf: (ticketId) =>
      rows('TicketNotes')
        .filter(({ ticketID }) => ticketID === Number(ticketId))
        .map(({ description }) => String(description)),
    fieldOf: (ticketId, field) => {
      const value = ticket(ticketId)?.[field];
      return value === null || value === undefined ? null : String(value);
    },
    technicianCloses: (ticketId) => controls.updateRow('Tickets', Number(ticketId), { status: complete }),
    technicianSets: (ticketId, field, choice) =>
      controls.updateRow('Tickets', Number(ticketId), { [field]: Number(choice) }),
    technicianTakes: (ticketId) =>
      controls.updateRow('Tickets', Number(ticketId), {
        assignedResourceID: fixtureIds.technician,
        assignedResourceRoleID: 11,
      }),
    deleteTicket: (ticketId) => controls.removeRow('Tickets', Number(ticketId)),
    cutAfterNextWrite: () => {
      controls.addFault({ method: 'POST', path: '/Tickets', mode: 'store-then-drop' });
      controls.addFault({ method: 'POST', path: '/Tickets/*/Notes', mode: 'store-then-drop' });
      controls.addFault({ method: 'PATCH', path: '/Tickets', mode: 'store-then-drop' });
    },
    goDown: () =>
      void controls.addFault({ path: '/*', count: 1_000_000, status: 503, body: { errors: ['Maintenance'] } }),
    comeBack: () => controls.clearFaults(),
    refuseAsTooMany: () => controls.changeLimits({ used: 10_001 }),
    changeSecret: () => void controls.rotateSecret(),
    removeChoice: (field, choice) => controls.removePicklistValue('Tickets', field, choice),
    reset: () => {
      controls.reset();
      connector = connect();
    },
    stop: () => sandbox.close(),
  };
};
