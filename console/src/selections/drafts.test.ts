import { EventSelectionSettings } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { EventSearch } from '../events/index.ts';
import { draftOf, newDraft, savedOf, wrongsOf } from './drafts.ts';

const nobody = { read: { roles: [], userIds: [] }, change: { roles: [], userIds: [] } };
const settings = EventSelectionSettings.parse({
  filter: {
    severities: ['critical'],
    types: ['GNRL_EV_VIRUS_FOUND', 'KLAUD_*'],
    deviceNames: ['pc-*', 'srv-1'],
    addresses: [
      { from: '10.0.0.1', to: '10.0.0.1' },
      { from: '10.0.0.0', to: '10.0.0.255' },
    ],
    groups: [{ id: 5, withSubgroups: false }],
    text: { words: 'alpha', match: 'all' },
    time: { kind: 'between', from: '2026-03-01T00:00:00.000Z', to: null },
    clock: 'registered',
  },
  mostShown: null,
  mostSearched: 100_000,
});

describe('a selection in the form', () => {
  it('comes out as it went in when nothing is changed', () => {
    const given = { name: 'Viruses', settings, access: nobody };
    expect(wrongsOf(draftOf(given))).toEqual([]);
    expect(savedOf(draftOf(given))).toEqual(given);
  });

  it('takes lines with blanks around them, and limits that are switched off', () => {
    const draft = draftOf({ name: ' Viruses ', settings, access: nobody });
    draft.lines.deviceNames = ' a \n\n b*\n';
    draft.lines.addresses = '10.1.0.0/16\n';
    draft.mostSearched = '';
    const saved = savedOf(draft);
    expect(saved.name).toBe('Viruses');
    expect(saved.settings.mostSearched).toBeNull();
    expect(saved.settings.filter.deviceNames).toEqual(['a', 'b*']);
    expect(saved.settings.filter.addresses).toEqual([{ from: '10.1.0.0', to: '10.1.255.255' }]);
  });

  it('says what is wrong and on which tab', () => {
    const draft = draftOf({ name: '  ', settings, access: nobody });
    draft.mostShown = '10001';
    draft.mostSearched = '1.5';
    draft.lines.addresses = '10.0.0.1\n\npc-1';
    expect(wrongsOf(draft)).toEqual([
      { tab: 'general', field: 'name' },
      { tab: 'general', field: 'mostShown' },
      { tab: 'general', field: 'mostSearched' },
      { tab: 'devices', field: 'addresses', line: 3, text: 'pc-1' },
    ]);
  });

  it('begins with the filters of the page of events, and with the last seven days where they name no time', () => {
    const { settings: begun } = savedOf(newDraft(EventSearch.parse({ severity: 'critical', sort: 'device' })));
    expect(begun.filter).toMatchObject({ severities: ['critical'], time: { kind: 'last', amount: 7, unit: 'days' } });
    expect(begun.sort).toEqual({ by: 'device', descending: true });
    const day = savedOf(newDraft(EventSearch.parse({ within: '24h' }))).settings.filter.time;
    expect(day).toEqual({ kind: 'last', amount: 24, unit: 'hours' });
    expect(savedOf(newDraft(EventSearch.parse({}))).settings).toEqual(EventSelectionSettings.parse({}));
    const narrowed = savedOf(newDraft(EventSearch.parse({ severity: 'info' }), settings)).settings;
    expect(narrowed).toEqual({ ...settings, filter: { ...settings.filter, severities: ['info'] } });
  });
});
