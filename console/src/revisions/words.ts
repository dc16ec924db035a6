import type { ObjectKind, Revision } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { revisionMessages } from './messages.ts';

const kindWords = {
  group: 'kindGroup',
  'device-status-settings': 'kindStatusSettings',
  'event-configuration': 'kindEventConfiguration',
  tenant: 'kindTenant',
  'enrolment-token': 'kindEnrolmentToken',
  'siem-target': 'kindSiemTarget',
  'secondary-server': 'kindSecondaryServer',
  'license-key': 'kindLicenseKey',
  'event-selection': 'kindEventSelection',
  'device-selection': 'kindDeviceSelection',
  'moving-rules': 'kindMovingRules',
  'network-visibility': 'kindNetworkVisibility',
  policy: 'kindPolicy',
  task: 'kindTask',
  user: 'kindUser',
  'api-token': 'kindApiToken',
} as const satisfies Record<ObjectKind, string>;

/** Words for what a revision is about and what was done. */
export const useRevisionWords = () => {
  const text = useText(revisionMessages);
  return {
    kind: (kind: ObjectKind): string => text(kindWords[kind]),
    action: ({ action, rolledBackTo }: Pick<Revision, 'action' | 'rolledBackTo'>): string =>
      rolledBackTo === null ? text(action) : text('rolledBack', { number: rolledBackTo }),
  };
};
