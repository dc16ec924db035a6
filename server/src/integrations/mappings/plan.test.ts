import type { MappingWish } from '@gatehouse/contract';
import { describe, expect, it, test } from 'vitest';
import type { PsaContract } from '../psa/index.ts';
import { type PlanFacts, planMappings } from './plan.ts';
import type { MappingRow } from './store.ts';

const row = (tenant: string, accountId: string, more: Partial<MappingRow> = {}): MappingRow => ({
  source_id: 's',
  tenant_id: tenant,
  integration_id: 'here',
  account_id: accountId,
  account_name: `Account ${accountId}`,
  account_active: true,
  account_gone: false,
  checked_at: new Date(0),
  billing_enabled: false,
  contract_id: null,
  contract_name: null,
  contract_ends_on: null,
  contract_usable: true,
  renamed_from: null,
  renamed_at: null,
  inactive_at: null,
  dismissed_at: null,
  ...more,
});
const contract = (id: string, more: Partial<PsaContract> = {}): PsaContract => ({
  id,
  name: `Contract ${id}`,
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  isActive: true,
  isExpired: false,
  ...more,
});
const facts = (more: Partial<PlanFacts> = {}): PlanFacts => ({
  integrationId: 'here',
  rows: [row('1', 'a'), row('2', 'b')],
  tenants: new Map(['1', '2', '3', '4', '9'].map((id) => [`s ${id}`, { name: `Tenant ${id}` }])),
  owners: new Map([
    ['s 1', 'here'],
    ['s 2', 'here'],
    ['s 3', 'here'],
    ['s 9', 'there'],
  ]),
  integrationNames: new Map([
    ['here', 'Ours'],
    ['there', 'Theirs'],
  ]),
  accounts: new Map(['a', 'b', 'c', 'd'].map((id) => [id, { id, name: `Account ${id}`, active: id !== 'd' }])),
  contracts: new Map([
    [
      'a',
      [contract('k1'), contract('k2', { isExpired: true, endsOn: '2025-12-31' }), contract('k3', { isActive: false })],
    ],
  ]),
  ...more,
});
const wish = (tenant: string, accountId: string | null, more: Partial<MappingWish> = {}): MappingWish => ({
  sourceId: 's',
  sourceTenantId: tenant,
  accountId,
  ...more,
});
const codes = (wishes: MappingWish[], more: Partial<PlanFacts> = {}) =>
  planMappings(wishes, facts(more)).map(({ what, problem }) => problem?.code ?? what);

describe('a plan of mappings', () => {
  it('says for each wish what it comes to', () => {
    expect(codes([wish('3', 'c'), wish('1', null), wish('2', 'b')])).toEqual(['map', 'end', 'same']);
    expect(codes([wish('1', 'c')])).toEqual(['move']);
    expect(codes([wish('3', null)])).toEqual(['same']);
    expect(codes([wish('4', 'c')])).toEqual(['map']);
  });

  it('lets two tenants exchange their accounts, and one take over what another gives up', () => {
    expect(codes([wish('1', 'b'), wish('2', 'a')])).toEqual(['move', 'move']);
    expect(codes([wish('3', 'a'), wish('1', null)])).toEqual(['map', 'end']);
  });

  test.each([
    ['an account that another tenant has', [wish('3', 'a')], 'mapping.account-taken'],
    ['an account that the other tenant keeps', [wish('3', 'a'), wish('1', 'a')], 'mapping.account-twice'],
    ['an inactive account', [wish('3', 'd')], 'mapping.account-inactive'],
    ['an account that is not there', [wish('3', 'z')], 'mapping.account-unknown'],
    ['a tenant that is not there', [wish('77', 'c')], 'mapping.tenant-unknown'],
    ['a tenant of another integration', [wish('9', 'c')], 'mapping.elsewhere'],
    ['a tenant twice', [wish('3', 'c'), wish('3', null)], 'mapping.tenant-twice'],
    ['what somebody changed meanwhile', [wish('1', 'c', { seenAccountId: 'b' })], 'mapping.changed-meanwhile'],
    ['what somebody ended meanwhile', [wish('3', 'c', { seenAccountId: 'a' })], 'mapping.changed-meanwhile'],
    [
      'billing without an account',
      [wish('1', null, { billing: { enabled: true, contractId: null } })],
      'mapping.billing-without-account',
    ],
    [
      'billing without a contract',
      [wish('1', 'a', { billing: { enabled: true, contractId: null } })],
      'mapping.contract-missing',
    ],
    [
      'an expired contract',
      [wish('1', 'a', { billing: { enabled: true, contractId: 'k2' } })],
      'mapping.contract-expired',
    ],
    [
      'an inactive contract',
      [wish('1', 'a', { billing: { enabled: true, contractId: 'k3' } })],
      'mapping.contract-inactive',
    ],
    [
      'a contract of somebody else',
      [wish('1', 'a', { billing: { enabled: false, contractId: 'k9' } })],
      'mapping.contract-unknown',
    ],
  ] as [string, MappingWish[], string][])('refuses %s', (_, wishes, code) => {
    expect(codes(wishes)).toContain(code);
  });

  it('refuses billing where the PSA takes none, and leaves mapping alone there', () => {
    const billing = { enabled: true, contractId: 'k1' };
    expect(codes([wish('1', 'a', { billing }), wish('3', 'c')], { contracts: null })).toEqual([
      'mapping.billing-unsupported',
      'map',
    ]);
  });

  it('keeps a contract that expired after it was chosen, as long as nobody touches it', () => {
    const rows = [
      row('1', 'a', { billing_enabled: true, contract_id: 'k2', contract_name: 'Old', contract_ends_on: '2025-12-31' }),
    ];
    const kept = planMappings([wish('1', 'a', { billing: { enabled: false, contractId: 'k2' } })], facts({ rows }));
    expect(kept).toMatchObject([
      { what: 'billing', problem: null, billing: { enabled: false, contract: { id: 'k2', endsOn: '2025-12-31' } } },
    ]);
    const off = [row('1', 'a', { contract_id: 'k2', contract_name: 'Old' })];
    expect(codes([wish('1', 'a', { billing: { enabled: true, contractId: 'k2' } })], { rows: off })).toEqual([
      'mapping.contract-expired',
    ]);
  });

  it('takes billing and contract away with the account, and keeps them while it stays', () => {
    const rows = [row('1', 'a', { billing_enabled: true, contract_id: 'k1', contract_name: 'Contract k1' })];
    expect(planMappings([wish('1', 'c')], facts({ rows }))[0]?.billing).toEqual({ enabled: false, contract: null });
    expect(planMappings([wish('1', 'a')], facts({ rows }))).toMatchObject([
      { what: 'same', billing: { enabled: true, contract: { id: 'k1' } } },
    ]);
  });

  it('keeps a mapping whose account became inactive, since its usage may still be billed', () => {
    const rows = [row('1', 'd', { account_active: false })];
    expect(codes([wish('1', 'd')], { rows, accounts: new Map() })).toEqual(['same']);
  });
});
