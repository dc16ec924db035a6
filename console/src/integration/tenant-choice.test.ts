import type { IntegrationTenant } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { changeOf, isChosen, wishFor } from './tenant-choice.ts';

const tenant = (id: string, more: Partial<IntegrationTenant> = {}): IntegrationTenant => ({
  sourceId: '019a0000-0000-7000-8000-000000000001',
  sourceTenantId: id,
  sourceName: 'Head office',
  sourceTenantName: `Client ${id}`,
  isMember: false,
  accountName: null,
  isListed: true,
  ...more,
});
const free = tenant('1');
const member = tenant('2', { isMember: true });
const mapped = tenant('3', { isMember: true, accountName: 'Alder Joinery' });

describe('choosing virtual servers', () => {
  it('sends what differs from what is saved, and nothing else', () => {
    const wishes = wishFor(wishFor(new Map(), [free, member], true), [mapped], false);
    expect(changeOf(wishes)).toEqual({
      add: [{ sourceId: free.sourceId, sourceTenantId: '1' }],
      remove: [{ sourceId: mapped.sourceId, sourceTenantId: '3' }],
      mappingsThatEnd: [mapped],
    });
  });

  it('forgets a wish that is taken back', () => {
    const ticked = wishFor(new Map(), [free], true);
    expect(isChosen(ticked, free)).toBe(true);
    const cleared = wishFor(ticked, [free], false);
    expect(cleared.size).toBe(0);
    expect(isChosen(cleared, free)).toBe(false);
    expect(isChosen(cleared, member)).toBe(true);
  });

  it('keeps wishes for those that a search hides', () => {
    const wishes = wishFor(wishFor(new Map(), [free], true), [mapped], false);
    expect(changeOf(wishes).add).toHaveLength(1);
  });
});
