import { isIP } from 'node:net';
import { type EventRow, SERVER_PRODUCT } from '../events/index.ts';
import type { Exporter } from './render.ts';

/** The code of the agent, which has no name of its own in events (KSC Open API). */
const AGENT_PRODUCT = '1103';

const OUTBREAK = 'GNRL_EV_VIRUS_OUTBREAK';
const ATTACK = 'GNRL_EV_ATTACK_DETECTED';
const LAUNCH_DENIED = 'GNRL_EV_APPLICATION_LAUNCH_DENIED';
/** Events about an object: 1 SHA-256, 2 object, 5 threat, 7 user (KSC Open API, event parameters). */
const ABOUT_OBJECT = /^GNRL_EV_(VIRUS_FOUND|SUSPICIOUS_OBJECT_FOUND|OBJECT_|PASSWD_ARCHIVE_FOUND)/;
/** Inventory events name the application in their first parameter. */
const INVENTORY = /^KLNAG_EV_INV_/;

/** What an event says, under the names that the three formats share. Undefined: it says nothing of the kind. */
export interface Fields {
  deviceHost: string;
  ipAddress: string;
  groupName: string;
  product: string;
  productVersion: string;
  title: string;
  description: string;
  taskName: string;
  params: string[];
  isOutbreak: boolean;
  threatName?: string;
  filePath?: string;
  user?: string;
  sha256?: string;
  applicationName?: string;
  attacker?: string;
  engine?: string;
  method?: string;
}

/** @param texts the event's texts, made fit for one line; they may be cut */
export const fieldsOf = (event: EventRow, texts: Record<string, string>, exporter: Exporter): Fields => {
  const isServer = event.deviceId === '';
  const params = Array.from({ length: 9 }, (_, index) => texts[`p${index + 1}`] ?? '');
  const param = (number: number): string | undefined => params[number - 1] || undefined;
  const product = texts['product'] || (isServer ? SERVER_PRODUCT.name : AGENT_PRODUCT);
  return {
    deviceHost: texts['deviceName'] || exporter.serverName,
    ipAddress: event.ipAddress,
    groupName: (texts['groupName'] ?? '').replace(/\/$/, ''),
    product,
    productVersion: texts['productVersion'] || (isServer ? exporter.serverVersion : ''),
    title: texts['title'] ?? '',
    description: texts['description'] ?? '',
    taskName: texts['taskName'] ?? '',
    params,
    isOutbreak: event.type === OUTBREAK,
    ...(ABOUT_OBJECT.test(event.type) && {
      sha256: param(1),
      filePath: param(2),
      threatName: param(5),
      user: param(7),
      // Read from the whole parameter: what is shown of it may be cut.
      ...detectionOf(event.params[8] ?? ''),
    }),
    ...(event.type === LAUNCH_DENIED && { user: param(2), applicationName: param(6), filePath: param(7) }),
    ...(INVENTORY.test(event.type) && { applicationName: param(1) }),
    ...(event.type === ATTACK && { attacker: attackerOf(event.params) }),
  };
};

/** The JSON in parameter 9 of detections says with which engine and method it was found. */
const detectionOf = (json: string): { engine?: string; method?: string } => {
  if (!json.startsWith('{')) return {};
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (error) {
    // Senders cut parameters at 512 characters; then there is nothing to copy.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
  const values = read as { engine?: unknown; method?: unknown };
  const text = (value: unknown) => (/^[\w.-]{1,40}$/.test(String(value)) ? String(value) : undefined);
  return { engine: text(values.engine), method: text(values.method) };
};

/** Parameter 3 is the attacker's IPv4 address as a number in host order, parameter 5 the IPv6 address. */
const attackerOf = (params: readonly string[]): string | undefined => {
  const number = Number(params[2] || Number.NaN);
  if (Number.isInteger(number) && number > 0 && number <= 0xffff_ffff) {
    return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
  }
  const address = params[4] ?? '';
  return isIP(address) ? address : undefined;
};
