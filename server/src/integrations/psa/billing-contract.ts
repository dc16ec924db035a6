import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PsaBilling, UnitRange } from './connector-billing.ts';
import { PsaOutcomeUnknown, PsaReferenceInvalid, PsaRefused, PsaUnavailable } from './errors.ts';

/** A PSA that a test can steer, as far as billing goes. */
export interface PsaBillingStandIn {
  billing: PsaBilling;
  accountId: string;
  /** A running contract of that account with nothing in it, and ones that are not for use. */
  contractId: string;
  expiredContractId: string;
  /** A contract of another kind: it takes no services. */
  otherContractId: string;
  /** Two services in use and one that is not. */
  serviceIds: [string, string];
  inactiveServiceId: string;
  /** How many changes of units the PSA stored. */
  changes(): number;
  /** The next change is stored and its answer lost. */
  cutAfterNextChange(): void;
  goDown(): void;
  comeBack(): void;
  reset(): void;
  stop(): Promise<void>;
}

/** What the billing side of every PSA connector promises. */
export const describePsaBillingContract = (psaName: string, start: () => Promise<PsaBillingStandIn>): void => {
  describe(`${psaName} keeps the PsaBilling contract`, () => {
    let psa: PsaBillingStandIn;
    beforeAll(async () => {
      psa = await start();
    });
    beforeEach(() => psa.reset());
    afterAll(() => psa.stop());

    const today = new Date().toISOString().slice(0, 10);
    const on = (ranges: UnitRange[], serviceId: string, day = today): number =>
      ranges
        .filter((each) => each.serviceId === serviceId && each.startsOn <= day && each.endsOn >= day)
        .reduce((sum, { units }) => sum + units, 0);
    let number = 0;
    const change = (
      unitChange: number,
      more: { serviceId?: string; contractId?: string; effectiveOn?: string } = {},
    ) => {
      number += 1;
      return {
        contractId: psa.contractId,
        serviceId: psa.serviceIds[0],
        unitChange,
        effectiveOn: today,
        key: `change-${number}`,
        ...more,
      };
    };

    it('lists services with their price, the inactive ones marked', async () => {
      const services = await psa.billing.services();
      for (const id of psa.serviceIds)
        expect(services.find((each) => each.id === id)).toMatchObject({ isActive: true });
      expect(services.find(({ id }) => id === psa.inactiveServiceId)).toMatchObject({ isActive: false });
      expect(services.every(({ name }) => name !== '')).toBe(true);
      expect(services.map(({ name }) => name)).toEqual(services.map(({ name }) => name).sort());
    });

    it('lists the contracts of an account that take services', async () => {
      const contracts = await psa.billing.contracts(psa.accountId);
      expect(contracts.find(({ id }) => id === psa.contractId)).toMatchObject({ isActive: true, isExpired: false });
      expect(contracts.map(({ id }) => id)).not.toContain(psa.otherContractId);
      for (const { startsOn, endsOn } of contracts) {
        expect(startsOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(endsOn >= startsOn).toBe(true);
      }
    });

    it('tells one contract by its id, an expired one as such, and none of another kind', async () => {
      expect(await psa.billing.contract(psa.contractId)).toMatchObject({ id: psa.contractId, isActive: true });
      expect(await psa.billing.contract(psa.expiredContractId)).toMatchObject({ isExpired: true });
      expect(await psa.billing.contract(psa.otherContractId)).toBeNull();
      expect(await psa.billing.contract('999999999')).toBeNull();
    });

    it('adds a service that the contract lacks, and changes its units from the day on', async () => {
      expect(on(await psa.billing.units(psa.contractId), psa.serviceIds[0])).toBe(0);
      await psa.billing.adjust(change(5));
      await psa.billing.adjust(change(-2));
      await psa.billing.adjust(change(1, { serviceId: psa.serviceIds[1] }));
      const units = await psa.billing.units(psa.contractId);
      expect([on(units, psa.serviceIds[0]), on(units, psa.serviceIds[1])]).toEqual([3, 1]);
      const later =
        units
          .map(({ endsOn }) => endsOn)
          .sort()
          .at(-1) ?? '';
      expect(on(units, psa.serviceIds[0], later)).toBe(3);
    });

    it('says that nobody knows whether a change was stored, and its units tell', async () => {
      psa.cutAfterNextChange();
      await expect(psa.billing.adjust(change(4))).rejects.toBeInstanceOf(PsaOutcomeUnknown);
      expect(on(await psa.billing.units(psa.contractId), psa.serviceIds[0])).toBe(4);
    });

    it('refuses a contract that expired, one of another kind, a service that is gone, and less than nothing', async () => {
      const refused = async (more: Parameters<typeof change>[1], by = 1): Promise<void> => {
        const failure = await psa.billing.adjust(change(by, more)).then(
          () => null,
          (error: unknown) => error,
        );
        expect(failure instanceof PsaRefused || failure instanceof PsaReferenceInvalid).toBe(true);
      };
      await refused({ contractId: psa.expiredContractId });
      await refused({ contractId: psa.otherContractId });
      await refused({ serviceId: '999999999' });
      await refused({}, -1);
      expect(psa.changes()).toBe(0);
    });

    it('says that the PSA is unavailable, and works again when it is back', async () => {
      psa.goDown();
      await expect(psa.billing.units(psa.contractId)).rejects.toBeInstanceOf(PsaUnavailable);
      psa.comeBack();
      expect(await psa.billing.units(psa.contractId)).toEqual([]);
    });
  });
};
