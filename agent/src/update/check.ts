import { createPublicKey, verify } from 'node:crypto';
import { type AgentPackage, packageText } from '@gatehouse/contract';
import { reasonOf } from '../errors.ts';
import { UpdateRefused } from './errors.ts';

const MOST_BYTES = 1024 ** 3;

/**
 * Is this offer from whom this device learned to trust when it enrolled?
 * @throws UpdateRefused
 */
export const checkOffer = (offer: AgentPackage, pinnedKey: string | null): void => {
  if (pinnedKey === null) {
    throw new UpdateRefused('This device got no key for versions of the agent when it enrolled; enrol it again');
  }
  if (offer.sizeBytes > MOST_BYTES) throw new UpdateRefused(`${offer.sizeBytes} bytes are no agent`);
  let isGenuine: boolean;
  try {
    const key = createPublicKey({ key: Buffer.from(pinnedKey, 'base64'), format: 'der', type: 'spki' });
    isGenuine = verify(null, Buffer.from(packageText(offer)), key, Buffer.from(offer.signature, 'base64'));
  } catch (cause) {
    throw new UpdateRefused(`The key for versions of the agent cannot be used: ${reasonOf(cause)}`, { cause });
  }
  if (!isGenuine) {
    throw new UpdateRefused(`Version ${offer.version} is not signed by the key that this device got when it enrolled`);
  }
};
