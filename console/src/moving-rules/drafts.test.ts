import { type MovingRule, MovingRuleBody } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { draftOf, newDraft, savedOf, wrongsOf } from './drafts.ts';

const body = MovingRuleBody.parse({
  name: 'Kiosks',
  mode: 'once',
  reach: 'all',
  groupId: 12,
  addTags: ['kiosk', 'front desk'],
  conditions: {
    names: ['kiosk-*'],
    addresses: ['10.0.0.0/8', '::1'],
    osFamilies: ['linux'],
    isServer: false,
    tags: ['x'],
  },
});
const rule: MovingRule = {
  ...body,
  id: '11111111-1111-4111-8111-111111111111',
  tenantId: '11111111-1111-4111-8111-111111111111',
  groupName: 'Managed devices/Kiosks',
  changedAt: '2026-01-01T00:00:00.000Z',
  changedBy: 'ada',
};

describe('a moving rule in the form', () => {
  it('is saved as it was read', () => {
    expect(wrongsOf(draftOf(rule))).toEqual([]);
    expect(savedOf(draftOf(rule))).toEqual(body);
  });

  it('must do something, and has no wrong address or tag in it', () => {
    expect(wrongsOf(newDraft())).toEqual([{ field: 'name' }, { field: 'group' }]);
    const draft = {
      ...draftOf(rule),
      addresses: '10.0.0.1\nnowhere',
      addTags: `${'x'.repeat(65)}, fine`,
      groupId: null,
    };
    expect(wrongsOf(draft)).toEqual([
      { field: 'addresses', line: 2, text: 'nowhere' },
      { field: 'addTags', text: 'x'.repeat(65) },
    ]);
  });
});
