import { describe, expect, it } from 'vitest';
import { historyPath, objectOfEvent, objectOfTarget } from './objects.ts';

const id = '019a0000-0000-7000-8000-000000000001';

describe('an event', () => {
  it('of a save leads to the revision that it made', () => {
    const found = objectOfEvent({
      type: 'KLAUD_EV_ADMGROUP_CHANGED',
      params: { '1': 'device-status-settings', '2': '12', '3': '4' },
      deviceId: null,
    });
    expect(found).toEqual({ kind: 'device-status-settings', id: '12', number: '4' });
    expect(found && historyPath(found, found.number)).toBe('/revisions?kind=device-status-settings&object=12&number=4');
  });

  it.each([
    ['of a login', 'KLAUD_EV_SERVERCONNECT', { '4': 'console' }, null],
    ['of another kind of object', 'KLAUD_EV_TASK_STATE_CHANGED', { '1': 'command', '2': id }, null],
    ['of another type', 'KLSRV_HOST_STATUS_CRITICAL', { '1': 'group', '2': '12', '3': '1' }, null],
    ['of a device that puts on airs', 'KLAUD_EV_OBJECTMODIFY', { '1': 'group', '2': '12', '3': '1' }, id],
  ])('%s leads nowhere', (_what, type, params, deviceId) => {
    expect(objectOfEvent({ type, params, deviceId })).toBeNull();
  });
});

it.each([
  [`/api/tenants/${id}`, 'tenant', id],
  [`/api/tenants/${id}/groups/12`, 'group', '12'],
  [`/api/tenants/${id}/groups/12/status-settings/activeThreats`, 'device-status-settings', '12'],
  [`/api/tenants/${id}/groups/12/event-settings`, 'event-configuration', '12'],
  ['/api/event-settings', 'event-configuration', 'server'],
  [`/api/tenants/${id}/enrolment-tokens/${id}`, 'enrolment-token', id],
  [`/api/siem-targets/${id}`, 'siem-target', id],
  [`/api/event-selections/${id}`, 'event-selection', id],
  [`/api/tenants/${id}/groups/12/inactivity`, 'group', '12'],
  [`/api/tenants/${id}/moving-rules/${id}`, 'moving-rules', id],
  [`/api/tenants/${id}/moving-rules-order`, 'moving-rules', id],
  [`/api/device-selections/${id}`, 'device-selection', id],
  ['/api/network-visibility', 'network-visibility', 'server'],
  [`/api/users/${id}`, 'user', id],
  [`/api/api-tokens/${id}`, 'api-token', id],
])('the target %s names the %s %s', (target, kind, objectId) => {
  expect(objectOfTarget(target)).toEqual({ kind, id: objectId });
});

it.each(['/api/users', `/api/devices/${id}`, `/api/tenants/${id}/groups`, '', 'server'])(
  'the target “%s” names no object with a history',
  (target) => {
    expect(objectOfTarget(target)).toBeNull();
  },
);
