import type { BillingSettings } from '@gatehouse/contract';
import { newId } from '../../platform/ids/index.ts';
import type { Mappings } from '../mappings/index.ts';
import type { PsaBilling, UnitRange } from '../psa/index.ts';
import type { BillingAccount } from './accounts.ts';
import { assign, type Wanted } from './assign.ts';
import { decide } from './decide.ts';
import type { ReadUsage, Usage } from './read-usage.ts';
import type { AdjustmentRow, AdjustmentStore, EvidenceDevice } from './store-adjustments.ts';
import type { Outcome } from './store-runs.ts';
import type { BillingSettingStore } from './store-settings.ts';
import { dayOf, unitsOfService, unitsOn } from './units.ts';

export interface ProposeParts {
  settings: Pick<BillingSettingStore, 'settings' | 'byCategory' | 'applications'>;
  adjustments: AdjustmentStore;
  wasApproved(integrationId: string, contractId: string): Promise<boolean>;
  readUsage: ReadUsage;
  /** Told what the PSA says of the chosen contract, so that who looks at the mapping sees it too. */
  noticeContracts: Mappings['noticeContracts'];
  clock: () => Date;
}

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const evidenceOf = ({ devices }: Wanted): EvidenceDevice[] =>
  devices.map(({ deviceId, deviceName, application, serialNumber, category }) => [
    deviceId,
    deviceName,
    application,
    serialNumber,
    category,
  ]);

const categories = {
  'windows-workstation': 'Windows workstations',
  'windows-server': 'Windows servers',
  'non-windows': 'non-Windows devices',
};

/** `90 Windows workstations of Endpoint Security`, so that the line can be read without the page. */
const partWords = ({ parts }: Pick<Wanted, 'parts'>): string =>
  parts
    .filter(({ devices }, _, all) => devices > 0 || all.every((each) => each.devices === 0))
    .map(({ application, category, devices }) =>
      category === null
        ? `${count(devices, 'device')} of ${application}`
        : `${devices} ${categories[category]} of ${application}`,
    )
    .join(', ');

/**
 * Works out what has to change in one account's contract and writes it down: as planned, or as waiting for a person.
 * Sends nothing. The caller holds the contract, and nothing of it is under way.
 */
export const proposer = ({ settings, adjustments, wasApproved, readUsage, noticeContracts, clock }: ProposeParts) => {
  const rejections = async (integrationId: string, contractId: string) => {
    const byService = new Map<string, { had: number; wanted: number; why: string }[]>();
    for (const row of await adjustments.rejectedOf(integrationId, contractId)) {
      const why = `${row.decided_by ?? 'Somebody'} rejected the change from ${row.had} to ${row.wanted} on ${dayOf(row.ended_at ?? row.planned_at)}: ${row.reason ?? ''}`;
      byService.set(row.service_id, [
        ...(byService.get(row.service_id) ?? []),
        { had: row.had, wanted: row.wanted, why },
      ]);
    }
    return byService;
  };

  /** A change that waits already is the same one when its numbers are, and its day can still be written. */
  const isSame = (
    row: AdjustmentRow,
    change: { had: number; wanted: number; effectiveOn: string },
    units: readonly UnitRange[],
    limits: BillingSettings,
  ): boolean => {
    if (row.had !== change.had || row.wanted !== change.wanted) return false;
    if (row.effective_on === change.effectiveOn) return true;
    const posted = units.some(
      ({ isPosted, startsOn, endsOn }) => isPosted && startsOn <= row.effective_on && endsOn >= row.effective_on,
    );
    return (
      limits.effectiveDay === 'today' &&
      row.effective_on < change.effectiveOn &&
      !posted &&
      unitsOn(units, row.effective_on) === row.had
    );
  };

  const drop = async (rows: readonly AdjustmentRow[], explanation: string): Promise<void> => {
    for (const row of rows) {
      await adjustments.step(row.id, { from: ['waiting'], to: 'superseded', explanation }, clock());
    }
  };

  const held = (explanation: string, usage: Usage | null, notBilled: number | null): Outcome => ({
    state: 'held',
    explanation,
    devices: usage ? usage.uses.reduce((sum, { devices }) => sum + devices.length, 0) : null,
    notBilled,
  });

  return async ({
    account,
    billing,
    runId,
    asksFirst,
    signal,
  }: {
    account: BillingAccount & { contractId: string };
    billing: PsaBilling;
    runId: string;
    asksFirst: boolean;
    signal: AbortSignal;
  }): Promise<Outcome> => {
    const { integrationId, contractId } = account;
    const usage = await readUsage(account.sourceId, account.tenant, signal);
    const limits = await settings.settings(integrationId);
    const chosen = await settings.applications(integrationId);
    const { wanted, notBilled } = assign(usage.uses, {
      byCategory: await settings.byCategory(integrationId),
      services: new Map(chosen.map(({ application, services }) => [application, services])),
      perUser: new Set(chosen.filter(({ perUser }) => perUser).map(({ application }) => application)),
    });
    const unbilled = notBilled.reduce((sum, { devices }) => sum + devices, 0);
    const devices = wanted.reduce((sum, { units }) => sum + units, 0);
    const open = await adjustments.openOf(account);
    if (wanted.length === 0) {
      await drop(open, 'No application has a service any more');
      return held('No application has a service yet: choose them under Services', usage, unbilled);
    }

    const contract = await billing.contract(contractId);
    await noticeContracts(integrationId, account.accountId, contract ? [contract] : []);
    if (!contract?.isActive) {
      const why = contract
        ? `The contract ${contract.name} is not active in the PSA: choose another for ${account.accountName}`
        : `The PSA has no recurring service contract ${account.contractName ?? contractId} any more: choose another for ${account.accountName}`;
      await drop(open, why);
      return held(why, usage, unbilled);
    }
    const units = await billing.units(contractId);
    const services = new Map((await billing.services()).map((service) => [service.id, service]));
    const rejected = await rejections(integrationId, contractId);
    const approved = await wasApproved(integrationId, contractId);
    const now = clock();
    const words: string[] = [];
    const problems: string[] = [];
    let waiting = 0;
    let planned = 0;

    for (const each of wanted) {
      const service = services.get(each.serviceId);
      const name = service?.name ?? `service ${each.serviceId}`;
      const ofService = unitsOfService(units, each.serviceId);
      const openHere = open.filter((row) => row.service_id === each.serviceId && row.state === 'waiting');
      const verdict = decide({
        counted: each.units,
        uncertain: each.uncertain,
        units: ofService,
        contract,
        today: dayOf(now),
        limits,
        wasApproved: approved,
        asksFirst,
        rejected: rejected.get(each.serviceId) ?? [],
      });
      if (verdict.kind === 'same') {
        await drop(openHere, 'The contract has the right number again');
        continue;
      }
      if (verdict.kind === 'held') {
        await drop(openHere, verdict.why);
        problems.push(`${name}: ${verdict.why}`);
        continue;
      }
      if (!service?.isActive) {
        const why = service
          ? `${name} is inactive in the PSA: choose another service for ${[...new Set(each.parts.map(({ application }) => application))].join(', ')}`
          : `The PSA has no ${name} any more: choose another under Services`;
        await drop(openHere, why);
        problems.push(why);
        continue;
      }
      const kept = new Set<string>();
      for (const change of verdict.changes) {
        const same = openHere.find((row) => isSame(row, change, ofService, limits));
        const parts = each.parts.filter((part) => part.devices > 0 || each.units === 0);
        const evidence = evidenceOf(each);
        if (verdict.asks === null) planned += 1;
        else waiting += 1;
        if (same) {
          kept.add(same.id);
          await adjustments.refresh(same.id, { runId, parts, devices: evidence, readAt: usage.readAt }, now);
          if (verdict.asks === null) {
            const explanation = 'By the settings of now it needs no approval';
            await adjustments.step(
              same.id,
              { from: ['waiting'], to: 'planned', explanation, change: { not_before: now } },
              now,
            );
          }
          continue;
        }
        await drop(
          openHere.filter((row) => row.effective_on === change.effectiveOn && !kept.has(row.id)),
          'The numbers changed',
        );
        const difference = change.wanted - change.had;
        const why = [
          `${partWords(each)}: ${difference > 0 ? '+' : '−'}${Math.abs(difference)} from ${change.effectiveOn}`,
          ...(verdict.remark ? [verdict.remark] : []),
        ].join('. ');
        const id = newId(now);
        const isNew = await adjustments.plan(
          {
            id,
            integration_id: integrationId,
            run_id: runId,
            source_id: account.sourceId,
            tenant_id: account.tenantId,
            tenant_name: account.tenant.name,
            account_id: account.accountId,
            account_name: account.accountName,
            contract_id: contractId,
            contract_name: contract.name,
            service_id: each.serviceId,
            service_name: name,
            parts,
            devices: evidence,
            read_at: usage.readAt,
            had: change.had,
            wanted: change.wanted,
            effective_on: change.effectiveOn,
            state: verdict.asks === null ? 'planned' : 'waiting',
            why,
            asks: verdict.asks,
            planned_at: now,
          },
          now,
        );
        if (isNew) kept.add(id);
      }
      await drop(
        openHere.filter(({ id }) => !kept.has(id)),
        'The numbers changed',
      );
    }
    const isHeld = problems.length > 0;
    const answered = new Set(wanted.map(({ serviceId }) => serviceId));
    await drop(
      open.filter((row) => !answered.has(row.service_id)),
      'No application has this service any more',
    );

    if (planned > 0) words.push(`${count(planned, 'change')} to send`);
    if (waiting > 0) words.push(`${count(waiting, 'change')} ${waiting === 1 ? 'waits' : 'wait'} for approval`);
    if (words.length === 0 && problems.length === 0) words.push('Every service has the right number');
    for (const { application, devices: some } of notBilled) {
      problems.push(`${count(some, 'device')} of ${application} ${some === 1 ? 'has' : 'have'} no service`);
    }
    return {
      state: isHeld ? 'held' : planned + waiting > 0 ? 'changed' : 'unchanged',
      explanation: `${count(devices, 'device')}. ${[...words, ...problems].join('. ')}`,
      devices,
      notBilled: unbilled,
    };
  };
};
export type Propose = ReturnType<typeof proposer>;
