import type { AccountMapping, ListedAccount, MappingPlanLine, MappingSuggestion } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { ACTIVE_THREATS, type Msp, startMsp } from './msp.testing.ts';

const THREATS = 'status:critical:activeThreats';
const RUNNING = '29684183';
const EXPIRED = '29684184';

describeOnBothEngines('mappings of an integration', (engine) => {
  let msp: Msp;
  let tenant: Awaited<ReturnType<Msp['reset']>>;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    tenant = await msp.reset();
  });
  afterAll(() => msp.stop());

  const path = (rest = '') => `/api/integrations/${msp.integrationId}/mappings${rest}`;
  const accounts = (query = '') => msp.must('GET', `/api/integrations/${msp.integrationId}/accounts${query}`);
  const rows = async (query = ''): Promise<AccountMapping[]> =>
    (await msp.must('GET', path(`?scope=integration${query}`))).items;
  const wish = (sourceTenantId: string, accountId: string | null, more: object = {}) => ({
    sourceId: msp.sourceId,
    sourceTenantId,
    accountId,
    ...more,
  });
  const addTenants = async (...names: string[]) => {
    for (const name of names) msp.server.addTenant(name);
    await msp.poll();
    const { items } = await msp.must('GET', `/api/integrations/${msp.integrationId}/tenants?limit=5000`);
    await msp.must('PUT', `/api/integrations/${msp.integrationId}/tenants`, {
      add: (items as AccountMapping[]).map(({ sourceId, sourceTenantId }) => ({ sourceId, sourceTenantId })),
    });
  };
  const rename = (id: number, companyName: string) =>
    msp.psa.sandbox.controls.updateRow('Companies', id, { companyName });
  const companyReads = () =>
    msp.psa.sandbox.controls.requests().filter(({ path: asked }) => /companies\/query/i.test(asked)).length;

  describe('the list', () => {
    test('shows the virtual servers of the integration, found by a part of either name, whatever its case or accents', async () => {
      await addTenants('Bäckerei Öhler', 'Cedar Clinic');
      msp.server.addTenant('Not added');
      await msp.poll();
      expect((await rows()).map((row) => [row.sourceTenantName, row.account?.name ?? null])).toEqual([
        ['Alder Joinery', 'Alder Joinery'],
        ['Bäckerei Öhler', null],
        ['Cedar Clinic', null],
      ]);
      expect((await rows('&text=BACKEREI')).map((row) => row.sourceTenantName)).toEqual(['Bäckerei Öhler']);
      expect((await rows('&text=joiner')).map((row) => row.sourceTenantName)).toEqual(['Alder Joinery']);
      expect((await rows('&show=unmapped')).map((row) => row.sourceTenantName)).toEqual([
        'Bäckerei Öhler',
        'Cedar Clinic',
      ]);
      const page = await msp.must('GET', path('?scope=integration&limit=1&offset=1'));
      expect(page).toMatchObject({ total: 3, counts: { all: 3, mapped: 1 } });
      expect(page.items.map((row: AccountMapping) => row.sourceTenantName)).toEqual(['Bäckerei Öhler']);
    });

    test('of accounts is searched here: after the first question the PSA is not asked again', async () => {
      await accounts('?text=alder');
      const before = companyReads();
      const { items, total, list } = await accounts('?text=ALD');
      expect(items).toEqual([{ id: '175', name: 'Alder Joinery', active: true, tenantName: 'Alder Joinery' }]);
      expect([total, list.problem]).toEqual([1, null]);
      expect(Date.parse(list.readAt)).toBeGreaterThan(Date.now() - 60_000);
      expect((await accounts('?text=175')).items).toHaveLength(1);
      expect((await accounts('?text=%25')).items).toEqual([]);
      expect(companyReads()).toBe(before);
    });

    test('of accounts without a tenant goes down with each mapping, and is a file too', async () => {
      const free = (await accounts('?mapped=false&active=true')).items as ListedAccount[];
      expect(free.map(({ id }) => id)).not.toContain('175');
      expect(free.every(({ active, tenantName }) => active && tenantName === null)).toBe(true);
      await addTenants('Birchwood Dental');
      await msp.map('2', '176');
      expect((await accounts('?mapped=false&active=true')).total).toBe(free.length - 1);
      const file = await msp.call('GET', `/api/integrations/${msp.integrationId}/accounts/file?active=true`);
      expect(file.status).toBe(200);
      expect(String(file.body).trim().split('\r\n')).toHaveLength(free.length);
    });
  });

  describe('many changes at once', () => {
    test('are all made, also when two tenants exchange their accounts', async () => {
      await addTenants('Birchwood Dental');
      await msp.map('2', '176');
      const { changed, items } = await msp.must('PUT', path(), { changes: [wish('1', '176'), wish('2', '175')] });
      expect(changed).toBe(2);
      expect(items.map(({ account }: AccountMapping) => account?.id)).toEqual(['176', '175']);
      expect(msp.audited().at(-1)).toMatchObject({ action: 'mappings.changed', outcome: 'done' });
    });

    test('are not made at all when one cannot be, and every conflict is named', async () => {
      await addTenants('Birchwood Dental', 'Cedar Clinic');
      const changes = [wish('1', null), wish('2', msp.psa.inactiveAccountId), wish('3', '99999')];
      const { lines } = (await msp.must('POST', path('/preview'), { changes })) as { lines: MappingPlanLine[] };
      expect(lines.map(({ what, problem }) => problem?.code ?? what)).toEqual([
        'end',
        'mapping.account-inactive',
        'mapping.account-unknown',
      ]);
      const refused = await msp.call('PUT', path(), { changes });
      expect(refused).toMatchObject({ status: 409, body: { code: 'mapping.refused' } });
      expect(refused.body.issues.map(({ where }: { where: string }) => where)).toEqual([
        'body.changes.1.accountId',
        'body.changes.2.accountId',
      ]);
      expect((await rows()).map(({ account }) => account?.id ?? null)).toEqual(['175', null, null]);
    });

    test('of two people at once: the second is told what the first did, and nothing is lost', async () => {
      const seen = { seenAccountId: '175' };
      await msp.must('PUT', path(), { changes: [wish('1', '176', seen)] });
      const late = await msp.call('PUT', path(), { changes: [wish('1', '177', seen)] });
      expect(late.status).toBe(409);
      expect(late.body.issues).toMatchObject([{ where: 'body.changes.0.sourceTenantId' }]);
      expect(late.body.message).toContain('meanwhile');
      expect((await rows())[0]?.account?.id).toBe('176');

      await addTenants('Birchwood Dental', 'Cedar Clinic');
      const both = await Promise.all([
        msp.call('PUT', path(), { changes: [wish('2', '178')] }),
        msp.call('PUT', path(), { changes: [wish('3', '178')] }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await rows()).filter(({ account }) => account?.id === '178')).toHaveLength(1);
    });

    test('that a PSA which is away cannot confirm change nothing', async () => {
      await addTenants('Birchwood Dental');
      msp.psa.goDown();
      const refused = await msp.call('PUT', path(), { changes: [wish('2', '176')] });
      expect(refused).toMatchObject({ status: 502, body: { code: 'psa.unavailable', retryable: true } });
      msp.psa.comeBack();
      expect((await rows()).map(({ account }) => account?.id ?? null)).toEqual(['175', null]);
    });
  });

  test('a mapping that is ended and taken back follows its tickets again, and opens none twice', async () => {
    await msp.rules(THREATS);
    const laptop = { id: 'host-7', name: 'laptop-7', statusId: 1, mask: ACTIVE_THREATS, visible: true } as const;
    tenant.devices = [laptop];
    await msp.settle();
    const [open] = msp.psa.openTickets();
    await msp.must('PUT', path(), { changes: [wish('1', null, { seenAccountId: '175' })] });
    expect((await rows())[0]).toMatchObject({ isMember: true, account: null });
    expect(msp.psa.openTickets()).toEqual([open]);
    expect((await msp.tickets()).map(({ state }) => state)).toEqual(['closed']);

    await msp.must('PUT', path(), { changes: [wish('1', '175', { seenAccountId: null })] });
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([open]);
    tenant.devices = [{ ...laptop, statusId: 0, mask: 0 }];
    await msp.settle();
    expect(msp.psa.openTickets()).toEqual([]);
  });

  test('of many mappings that end at once all tickets are left, and no other; taken back, all are followed', async () => {
    await msp.rules(THREATS);
    await addTenants('Birchwood Dental', 'Cedar Clinic');
    await msp.must('PUT', path(), { changes: [wish('2', '176'), wish('3', '177')] });
    const sick = (id: string) => ({ id, name: id, statusId: 1, mask: ACTIVE_THREATS, visible: true }) as const;
    for (const id of ['1', '2', '3']) msp.server.tenant(id).devices = [sick(`host-${id}a`), sick(`host-${id}b`)];
    await msp.settle();
    const states = async () => (await msp.tickets()).map(({ deviceId, state }) => `${deviceId} ${state}`).sort();
    const ids = ['1a', '1b', '2a', '2b', '3a', '3b'];
    expect(await states()).toEqual(ids.map((id) => `host-${id} open`));

    await msp.must('PUT', path(), { changes: [wish('1', null), wish('3', null)] });
    expect(await states()).toEqual(ids.map((id) => `host-${id} ${id.startsWith('2') ? 'open' : 'closed'}`));
    const notes = (await msp.decisions()).filter(({ explanation }) => explanation.startsWith('The mapping ended'));
    expect(notes.map(({ deviceId }) => deviceId).sort()).toEqual(['host-1a', 'host-1b', 'host-3a', 'host-3b']);
    expect(msp.psa.openTickets()).toHaveLength(6);

    await msp.must('PUT', path(), { changes: [wish('1', '175'), wish('3', '177')] });
    await msp.settle();
    expect(await states()).toEqual(ids.map((id) => `host-${id} open`));
    expect(msp.psa.openTickets()).toHaveLength(6);
  });

  test('tickets of a mapping that ended long ago stay with people when it is mapped again', async () => {
    await msp.rules(THREATS);
    tenant.devices = [{ id: 'host-7', name: 'laptop-7', statusId: 1, mask: ACTIVE_THREATS, visible: true }];
    await msp.settle();
    const [old] = msp.psa.openTickets();
    await msp.must('PUT', path(), { changes: [wish('1', null)] });
    msp.later(31 * 60_000);
    await msp.must('PUT', path(), { changes: [wish('1', '175')] });
    await msp.settle();
    expect(msp.psa.openTickets()).toHaveLength(2);
    expect(msp.psa.openTickets()).toContain(old);
  });

  describe('billing', () => {
    const contracts = (accountId: string) =>
      msp.must('GET', `/api/integrations/${msp.integrationId}/accounts/${accountId}/contracts`);

    test('is switched on with a running contract of the account, and the contract is kept with its last day', async () => {
      const { supported, items } = await contracts('175');
      expect(supported).toBe(true);
      expect(items.map(({ id, expired }: { id: string; expired: boolean }) => [id, expired])).toEqual([
        [RUNNING, false],
      ]);
      await msp.must('PUT', path(), {
        changes: [wish('1', '175', { billing: { enabled: true, contractId: RUNNING } })],
      });
      expect((await rows('&show=billed'))[0]?.billing).toMatchObject({
        enabled: true,
        contract: { id: RUNNING, name: 'Managed Security', endsOn: items[0].endsOn, expired: false, usable: true },
      });
      // Another account has other contracts.
      await msp.must('PUT', path(), { changes: [wish('1', '178')] });
      expect((await rows())[0]?.billing).toEqual({ enabled: false, contract: null });
    });

    test('is refused without a contract, with an expired one, and with one of another account', async () => {
      const refusal = async (accountId: string, contractId: string | null) => {
        const answer = await msp.call('PUT', path(), {
          changes: [wish('1', accountId, { billing: { enabled: true, contractId } })],
        });
        expect(answer.status).toBe(409);
        return answer.body.issues[0];
      };
      expect(await refusal('175', null)).toMatchObject({ where: 'body.changes.0.billing.contractId' });
      expect((await refusal('176', EXPIRED)).what).toContain('ended on');
      expect((await refusal('175', EXPIRED)).what).toContain('no contract of this id');
      expect((await rows())[0]).toMatchObject({ account: { id: '175' }, billing: { enabled: false, contract: null } });
    });

    test('whose contract ran out is shown with the day, and keeps its choice until somebody changes it', async () => {
      await msp.must('PUT', path(), {
        changes: [wish('1', '175', { billing: { enabled: true, contractId: RUNNING } })],
      });
      const endsOn = new Date(Date.now() - 3 * 86_400_000).toISOString();
      msp.psa.sandbox.controls.putRows('Contracts', [
        {
          ...msp.psa.sandbox.controls.state().rows['Contracts']?.find(({ values }) => values.id === Number(RUNNING))
            ?.values,
          id: Number(RUNNING),
          endDate: endsOn,
        },
      ]);
      expect((await contracts('175')).items[0]).toMatchObject({ expired: true });
      const [row] = await rows();
      expect(row?.billing.contract).toMatchObject({ expired: true, endsOn: endsOn.slice(0, 10) });
      expect(row?.problem).toContain(endsOn.slice(0, 10));
      const off = { billing: { enabled: false, contractId: RUNNING } };
      await msp.must('PUT', path(), { changes: [wish('1', '175', off)] });
      expect((await rows())[0]?.billing).toMatchObject({ enabled: false, contract: { id: RUNNING } });
    });
  });

  describe('what the PSA changes', () => {
    test('a renamed account is pointed out at the next reading, with both names, until somebody takes note', async () => {
      await accounts();
      rename(175, 'Alder Group');
      await msp.readAccounts();
      const [row] = await rows('&show=changed');
      expect(row?.account?.name).toBe('Alder Group');
      expect(row?.changes).toMatchObject([{ kind: 'renamed', was: 'Alder Joinery', is: 'Alder Group' }]);
      const tenants = [{ sourceId: msp.sourceId, sourceTenantId: '1' }];
      expect(await msp.must('POST', path('/dismissals'), { tenants })).toEqual({ dismissed: 1 });
      expect(await rows('&show=changed')).toEqual([]);
      await msp.readAccounts();
      expect(await rows('&show=changed')).toEqual([]);
      expect((await rows())[0]?.account?.name).toBe('Alder Group');
    });

    test('an account that was deactivated and one that was deleted are problems of their rows', async () => {
      await addTenants('Birchwood Dental');
      await msp.map('2', '176');
      await accounts();
      msp.psa.sandbox.controls.updateRow('Companies', 175, { isActive: false });
      msp.psa.sandbox.controls.removeRow('Companies', 176);
      await msp.readAccounts();
      expect((await rows('&show=problems')).map(({ changes }) => changes[0]?.kind)).toEqual(['inactive']);
      // What is deleted shows in a list of all only: that of each day, or of now.
      await msp.must('POST', `/api/integrations/${msp.integrationId}/accounts/refresh`);
      expect((await rows('&show=problems')).map(({ changes, problem }) => [changes[0]?.kind, problem])).toEqual([
        ['inactive', expect.stringContaining('inactive')],
        ['gone', expect.stringContaining('no longer exists')],
      ]);
      expect((await accounts('?text=birchwood')).items).toEqual([]);
    });

    test('only what changed is read, and a PSA that fails leaves the known accounts as they are', async () => {
      await accounts();
      msp.psa.sandbox.controls.clearRequests();
      rename(177, 'Cedar Clinic Group');
      await msp.readAccounts();
      expect(companyReads()).toBe(1);
      expect((await accounts('?text=cedar clinic group')).total).toBe(1);

      msp.psa.goDown();
      await msp.readAccounts();
      const { total, list } = await accounts();
      expect(total).toBeGreaterThan(3);
      expect(list.problem).toContain('Autotask');
    });
  });

  test('suggestions go by the name, and the chosen ones are accepted together', async () => {
    msp.psa.sandbox.controls.createCompanies([
      { companyName: 'Müller & Söhne GmbH' },
      { companyName: 'Praxis Nord 2' },
      { companyName: 'Twin Ltd' },
      { companyName: 'Twin GmbH' },
    ]);
    await addTenants('Mueller und Soehne', 'MUELLER & SOEHNE', 'Praxis Nord 1', 'Twin');
    const { items, unmapped } = (await msp.must('GET', path('/suggestions?minScore=90'))) as {
      items: MappingSuggestion[];
      unmapped: number;
    };
    expect(unmapped).toBe(4);
    expect(items.map(({ sourceTenantName, account, rival }) => [sourceTenantName, account.name, rival])).toEqual([
      ['Twin', expect.stringContaining('Twin'), expect.stringContaining('Twin')],
      ['MUELLER & SOEHNE', 'Müller & Söhne GmbH', null],
    ]);
    const changes = items
      .filter(({ rival }) => rival === null)
      .map(({ sourceTenantId, account }) => wish(sourceTenantId, account.id, { seenAccountId: null }));
    expect(await msp.must('PUT', path(), { changes })).toMatchObject({ changed: 1 });
    expect((await msp.must('GET', path('/suggestions?minScore=90'))).items).toHaveLength(1);
  });

  describe('a file', () => {
    const importing = (csv: string, apply = false) => msp.must('POST', path('/import'), { csv, apply });

    test('that was exported changes nothing when it is imported', async () => {
      await addTenants('Birchwood Dental');
      const file = await msp.call('GET', path('/file'));
      expect(String(file.body)).toContain('Alder Joinery');
      const read = await importing(String(file.body), true);
      expect(read).toMatchObject({ applied: true, leftAlone: 1, issues: [] });
      expect(read.lines.map(({ what }: { what: string }) => what)).toEqual(['same']);
    });

    test('is looked at first, then imported whole', async () => {
      msp.psa.sandbox.controls.createCompanies([{ companyName: 'Cedar Clinic' }]);
      await addTenants('Birchwood Dental', 'Cedar Clinic');
      const csv = 'Virtual server;Account\nBirchwood Dental;Birchwood Dental\nCedar Clinic;Cedar Clinic\n';
      const looked = await importing(csv);
      expect([looked.applied, looked.issues]).toEqual([false, []]);
      expect((await rows('&show=mapped')).length).toBe(1);
      expect((await importing(csv, true)).applied).toBe(true);
      expect((await rows('&show=mapped')).length).toBe(3);
    });

    test('with one bad line changes nothing, and the line is named', async () => {
      await addTenants('Birchwood Dental');
      const read = await importing(
        'Virtual server,Account ID\nBirchwood Dental,176\nNobody,177\nBirchwood Dental,175',
        true,
      );
      expect(read.applied).toBe(false);
      expect(read.issues.map(({ line }: { line: number }) => line)).toEqual([2, 3, 4]);
      expect((await rows('&show=mapped')).length).toBe(1);
    });
  });

  test('two thousand accounts and virtual servers are read, suggested, mapped and searched', async () => {
    const count = 2_000;
    const name = (at: number) => `Customer ${at} of the valley`;
    msp.psa.sandbox.controls.createCompanies(
      Array.from({ length: count }, (_, at) => ({ companyName: `${name(at)}, Inc.` })),
    );
    await addTenants(...Array.from({ length: count }, (_, at) => name(at)));
    const { items } = await msp.must('GET', path('/suggestions?minScore=90'));
    expect(items).toHaveLength(count);
    const changes = (items as MappingSuggestion[]).map(({ sourceTenantId, account }) =>
      wish(sourceTenantId, account.id),
    );
    expect(await msp.must('PUT', path(), { changes })).toMatchObject({ changed: count });
    const found = await msp.must('GET', path('?scope=integration&text=customer 1999&limit=50'));
    expect(found).toMatchObject({ total: 1, counts: { all: count + 1, mapped: count + 1 } });
    expect((await accounts('?text=customer 77')).total).toBe(11);
    expect((await accounts('?mapped=false&text=customer')).total).toBe(0);
  });

  test('a user who is limited to tenants cannot change mappings, nor see accounts, suggestions and files', async () => {
    const as = (method: string, rest: string, body?: unknown) => msp.call(method, path(rest), body, 'limited');
    const changes = [wish('1', '176')];
    for (const answer of [
      await as('PUT', '', { changes }),
      await as('POST', '/preview', { changes }),
      await as('GET', '/suggestions'),
      await as('GET', '/file'),
      await as('POST', '/import', { csv: 'a,b' }),
    ]) {
      expect(answer.status).toBe(403);
    }
    expect((await as('GET', '?scope=integration')).body.items).toEqual([]);
  });
});
