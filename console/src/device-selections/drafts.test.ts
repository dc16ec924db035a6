import { DeviceSelectionSettings } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { draftOf, newDraft, savedOf, wrongsOf } from './drafts.ts';

const access = { read: { roles: [], userIds: [] }, change: { roles: [], userIds: [] } };
const settings = DeviceSelectionSettings.parse({
  filter: {
    names: ['pc-*', 'nb-?'],
    addresses: ['10.0.0.0/8', '2001:db8::1'],
    lastSeen: { kind: 'before', amount: 3, unit: 'days' },
    databases: { kind: 'never' },
    visible: false,
    tags: ['vip'],
  },
});

describe('a device selection in the form', () => {
  it('is saved as it was read', () => {
    const draft = draftOf({ name: 'Kiosks', settings, access });
    expect(wrongsOf(draft)).toEqual([]);
    expect(savedOf(draft)).toEqual({ name: 'Kiosks', settings, access });
  });

  it('begins with what the list showed: a selection, narrowed by its filters', () => {
    const draft = newDraft({ tags: ['back'], osFamilies: ['linux'] }, settings);
    const saved = savedOf({ ...draft, name: 'x' }).settings.filter;
    expect([saved.names, saved.tags, saved.osFamilies, saved.visible]).toEqual([
      ['pc-*', 'nb-?'],
      ['back'],
      ['linux'],
      false,
    ]);
  });

  it('says each thing that is not right, and where it stands', () => {
    const draft = draftOf({ name: ' ', settings, access });
    const broken = {
      ...draft,
      lines: { ...draft.lines, addresses: '10.0.0.1\n\nnowhere' },
      amounts: { ...draft.amounts, lastSeen: '0', added: 'x' },
    };
    expect(wrongsOf(broken)).toEqual([
      { tab: 'general', field: 'name' },
      { tab: 'network', field: 'addresses', line: 3, text: 'nowhere' },
      // The time of adding is asked for at no number of days, so what stands there does not matter.
      { tab: 'state', field: 'lastSeen' },
    ]);
  });
});
