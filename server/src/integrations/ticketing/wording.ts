import type { TicketTemplates } from '@gatehouse/contract';
import type { TextLengths } from './templates.ts';

/** How an integration's tickets are worded for one tenant. */
export interface Wording {
  templates: TicketTemplates;
  lengths: TextLengths;
  /** Address of a device's page in the console; empty when there is none that people could open. */
  devicePage(deviceId: string): string;
}

/**
 * Only devices of this installation's own server have a page in its console, and only a known address makes a link.
 *
 * @param consoleUrl as people type it into the browser
 */
export const devicePages =
  (consoleUrl: string | null, isLocal: boolean): Wording['devicePage'] =>
  (deviceId) =>
    consoleUrl !== null && isLocal && deviceId !== ''
      ? `${consoleUrl.replace(/\/+$/, '')}/devices/${encodeURIComponent(deviceId)}`
      : '';
