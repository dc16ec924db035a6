import { EventQuery } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { addressRangeOf, EventSearch, filterOf, queryOf } from './event-query.ts';

const scope = '019a0000-0000-4000-8000-00000000000a';
const read = (raw: Record<string, unknown>) => EventSearch.parse(raw);

describe('what the address of the page of events asks for', () => {
  it('is nothing at all when it says nothing', () => {
    expect(queryOf(read({}), undefined)).toEqual({});
    expect(filterOf(read({ severity: 'warning', notSeverity: 'warning' }))).toEqual({ notTypes: ['*'] });
    expect(filterOf(read({ severity: [], unknown: 'false', within: 'soon', address: 'x' }))).toBeUndefined();
  });

  it('is a query that the server takes, with every filter in it', () => {
    const query = queryOf(
      read({
        selection: '00000000-0000-4000-8000-00000000e001',
        severity: ['critical', 'warning'],
        notSeverity: 'warning',
        type: 'KLAUD_*',
        device: '*pc*',
        notDevice: 'test-*',
        address: ['10.0.0.0/24', 'nonsense'],
        unknown: 'true',
        text: 'alpha beta',
        within: '2w',
        sort: 'happened',
        descending: 'false',
      }),
      scope,
    );
    expect(query).toEqual({
      selectionId: '00000000-0000-4000-8000-00000000e001',
      filter: {
        severities: ['critical'],
        types: ['KLAUD_*'],
        deviceNames: ['*pc*'],
        notDeviceNames: ['test-*'],
        addresses: [{ from: '10.0.0.0', to: '10.0.0.255' }],
        unknownTypes: true,
        tenantIds: [scope],
        text: { words: 'alpha beta', match: 'all' },
        time: { kind: 'last', amount: 14, unit: 'days' },
      },
      sort: { by: 'happened', descending: false },
    });
    expect(EventQuery.safeParse(query).success).toBe(true);
  });

  it('is never refused because of an address that somebody mistyped', () => {
    const broken = read({
      selection: 'x',
      tenantId: 'me',
      deviceId: '7',
      severity: 'loud',
      from: '2',
      to: '1',
      sort: 'up',
    });
    expect(EventQuery.safeParse(queryOf(broken, undefined)).success).toBe(true);
  });
});

describe('a range of addresses', () => {
  it('is one address, two with a hyphen, or a network', () => {
    expect(addressRangeOf('10.1.2.3')).toEqual({ from: '10.1.2.3', to: '10.1.2.3' });
    expect(addressRangeOf('10.1.2.3 - 10.1.2.9')).toEqual({ from: '10.1.2.3', to: '10.1.2.9' });
    expect(addressRangeOf('192.168.255.7/23')).toEqual({ from: '192.168.254.0', to: '192.168.255.255' });
    expect(addressRangeOf('0.0.0.0/0')).toEqual({ from: '0.0.0.0', to: '255.255.255.255' });
    expect(addressRangeOf('2001:db8::1')).toEqual({ from: '2001:db8::1', to: '2001:db8::1' });
    for (const word of ['', '10.1.2', '10.0.0.0/33', 'pc-1', '1.2.3.4-', '300.1.1.1']) {
      expect(addressRangeOf(word)).toBeNull();
    }
  });
});
