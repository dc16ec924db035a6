import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { type Msp, startMsp } from './msp.testing.ts';

const FIELD = 'Kaspersky virtual server';
const DEFINITIONS = 'UserDefinedFieldDefinitions';

describeOnBothEngines('fields on the accounts of the PSA', (engine) => {
  let msp: Msp;
  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(() => msp.reset());
  afterAll(() => msp.stop());

  const controls = () => msp.psa.sandbox.controls;
  const definition = (name: string) =>
    controls()
      .rows(DEFINITIONS)
      .find(({ values }) => values['name'] === name);
  const valueOn = (accountId: number): string | null => {
    const company = controls()
      .rows('Companies')
      .find(({ values }) => values.id === accountId);
    return company?.udf[String(definition(FIELD)?.values.id)] ?? null;
  };
  const expectValue = (accountId: number, value: string | null) =>
    expect.poll(() => valueOn(accountId), { timeout: 10_000, interval: 30 }).toBe(value);
  /** Everything is written and seen to be there. */
  const settled = () =>
    expect
      .poll(
        async () => (await msp.must('GET', `/api/integrations/${msp.integrationId}/reports`)).accountFields.waiting,
        { timeout: 10_000, interval: 30 },
      )
      .toBe(0);
  const save = () => msp.must('PATCH', `/api/integrations/${msp.integrationId}`, { name: 'Our Autotask' });

  it('a mapped account names its virtual server, and an account without one names none', async () => {
    await msp.poll();
    await expectValue(175, 'Alder Joinery');
    expect(valueOn(176)).toBeNull();
    for (const name of ['Kaspersky workspace', 'Kaspersky workspace URL']) expect(definition(name)).toBeDefined();
  });

  it('ending the mapping empties the field, and mapping to another account moves the name', async () => {
    await msp.poll();
    await expectValue(175, 'Alder Joinery');
    await msp.map('1', '176');
    await msp.poll();
    await expectValue(176, 'Alder Joinery');
    await expectValue(175, null);
    await msp.map('1', null);
    await msp.poll();
    await expectValue(176, null);
  });

  it('deleted fields come back with their values when somebody saves the settings', async () => {
    await msp.poll();
    await expectValue(175, 'Alder Joinery');
    controls().removeRow(DEFINITIONS, Number(definition(FIELD)?.values.id));
    await save();
    await expectValue(175, 'Alder Joinery');
  });

  it('a value that somebody changed by hand is put right within a day', async () => {
    await msp.poll();
    await expectValue(175, 'Alder Joinery');
    await settled();
    controls().updateRow('Companies', 175, { userDefinedFields: [{ name: FIELD, value: 'by hand' }] });
    await msp.poll();
    await settled();
    expect(valueOn(175)).toBe('by hand');
    msp.later(25 * 3_600_000);
    await msp.poll();
    await expectValue(175, 'Alder Joinery');
  });

  it('nothing is lost over a restart while the PSA is away, and nothing is made twice', async () => {
    msp.psa.goDown();
    await msp.poll();
    await msp.restart();
    msp.psa.comeBack();
    controls().addFault({ method: 'POST', path: `/${DEFINITIONS}`, mode: 'store-then-drop' });
    controls().addFault({ method: 'PATCH', path: '/Companies', mode: 'store-then-drop' });
    await expect
      .poll(
        async () => {
          msp.later(3_600_000);
          await msp.poll();
          return valueOn(175);
        },
        { timeout: 15_000, interval: 100 },
      )
      .toBe('Alder Joinery');
    const names = controls()
      .rows(DEFINITIONS)
      .map(({ values }) => values['name']);
    expect(new Set(names).size).toBe(names.length);
  });
});
