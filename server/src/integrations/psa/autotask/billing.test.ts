import { fixtureIds } from '@gatehouse/sandboxes/autotask';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describePsaBillingContract, type PsaBillingStandIn } from '../billing-contract.ts';
import type { PsaConnector } from '../connector.ts';
import { type AutotaskStandIn, startAutotaskStandIn } from './stand-in.testing.ts';

const billingOf = ({ billing }: PsaConnector) => {
  if (!billing) throw new Error('Autotask takes billing');
  return billing;
};

const start = async (): Promise<PsaBillingStandIn> => {
  const psa = await startAutotaskStandIn();
  const { controls } = psa.sandbox;
  return {
    get billing() {
      return billingOf(psa.connector);
    },
    accountId: '175',
    contractId: String(fixtureIds.runningContract),
    expiredContractId: String(fixtureIds.expiredContract),
    otherContractId: String(fixtureIds.timeAndMaterialsContract),
    serviceIds: [String(fixtureIds.workstationService), String(fixtureIds.serverService)],
    inactiveServiceId: String(fixtureIds.inactiveService),
    changes: () => (controls.state().rows['ContractServiceAdjustments'] ?? []).length,
    cutAfterNextChange: () =>
      void controls.addFault({ method: 'POST', path: '/ContractServiceAdjustments', mode: 'store-then-drop' }),
    goDown: psa.goDown,
    comeBack: psa.comeBack,
    reset: psa.reset,
    stop: psa.stop,
  };
};

describePsaBillingContract('Autotask', start);

let psa: AutotaskStandIn;
beforeAll(async () => {
  psa = await startAutotaskStandIn();
});
beforeEach(() => psa.reset());
afterAll(() => psa.stop());

it('tells periods in words, prices with two decimals, and asks for them once in a while only', async () => {
  const billing = billingOf(psa.connector);
  const [first] = await billing.services();
  await billing.services();
  expect(first).toMatchObject({
    periodType: expect.stringMatching(/month/i),
    unitPriceText: expect.stringMatching(/^\d+\.\d\d$/),
  });
  const asked = psa.sandbox.controls.requests().filter(({ path }) => /services\/query/i.test(path));
  expect(asked).toHaveLength(1);
  await billing.services({ fresh: true });
  expect(psa.sandbox.controls.requests().filter(({ path }) => /services\/query/i.test(path))).toHaveLength(2);
});

it('tells periods that were billed already', async () => {
  const billing = billingOf(psa.connector);
  const contractId = String(fixtureIds.runningContract);
  const today = new Date().toISOString().slice(0, 10);
  await billing.adjust({
    contractId,
    serviceId: String(fixtureIds.workstationService),
    unitChange: 3,
    effectiveOn: today,
    key: 'k',
  });
  const units = await billing.units(contractId);
  expect(units.every(({ isPosted }) => !isPosted)).toBe(true);
  expect(units.every(({ lineId }) => lineId !== '')).toBe(true);
});
