import { DeviceFilter } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { parseQuery, writeQuery } from '../platform/index.ts';
import { DeviceSearch, filterOf, queryOf } from './device-query.ts';

const read = (query: string) => DeviceSearch.parse(parseQuery(query));
const TENANT = '11111111-1111-4111-8111-111111111111';

describe('the address of the list of devices', () => {
  it('without filters asks for everything, as the server sorts', () => {
    expect(queryOf(read(''), undefined)).toEqual({});
  });

  it('becomes a filter that the server takes, and keeps what was written through a round', () => {
    const query =
      '?status=critical&tag=vip&tag=front+desk&name=pc-*&notName=*-old&address=10.0.0.0%2F8&seen=before-7d&os=linux&visible=false&groupId=12&restart=true';
    const state = read(query);
    const filter = DeviceFilter.parse(filterOf(state));
    expect(filter).toMatchObject({
      statuses: ['critical'],
      tags: ['vip', 'front desk'],
      names: ['pc-*'],
      notNames: ['*-old'],
      addresses: ['10.0.0.0/8'],
      lastSeen: { kind: 'before', amount: 7, unit: 'days' },
      osFamilies: ['linux'],
      visible: false,
      groups: [{ id: 12, withSubgroups: true }],
      restartRequired: true,
    });
    expect(read(writeQuery(state))).toEqual(state);
  });

  it('that was broken by hand asks for what is left of it', () => {
    const state = read('?status=red&status=ok&groupId=x&visible=maybe&address=nowhere&seen=never-ever&tenantId=7');
    expect(queryOf(state, undefined)).toEqual({ filter: { statuses: ['ok'] } });
  });

  it('shows the client of the top bar alone, whatever the filter says', () => {
    expect(queryOf(read('?tenantId=x&sort=name'), TENANT)).toEqual({
      filter: { tenantIds: [TENANT] },
      sort: { by: 'name', descending: false },
    });
  });
});
