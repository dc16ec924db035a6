/** Autotask PSA over its REST API 1.0. Owns no table. */
import { psaKind } from '../connector.ts';
import { connectAutotask } from './connection.ts';
import { autotaskSettingFields, autotaskSettings } from './settings.ts';
import { DESCRIPTION_LENGTH, TITLE_LENGTH } from './text.ts';

const queueID = { label: 'Monitoring Alert' };
// 1 and 5 are system values of Autotask that no administrator can delete.
const status = { label: 'New', orId: '1' };
const closedStatus = { label: 'Complete', orId: '5' };
const critical = { priority: { label: 'Critical' }, queueID, status, closedStatus };
const medium = { priority: { label: 'Medium' }, queueID, status, closedStatus };

export const autotask = psaKind({
  id: 'autotask',
  title: 'Autotask',
  settings: autotaskSettings,
  settingFields: autotaskSettingFields,
  roles: { priority: 'priority', newStatus: 'status', closedStatus: 'closedStatus' },
  textLengths: { title: TITLE_LENGTH, description: DESCRIPTION_LENGTH },
  defaults: {
    'event-critical': critical,
    'event-other': medium,
    'status-critical': critical,
    'status-warning': medium,
  },
  connect: connectAutotask,
});
