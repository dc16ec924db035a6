import { sampleCredentials, startAutotaskSandbox } from '@gatehouse/sandboxes/autotask';
import { describeAccountFieldsContract } from '../connector-account-fields-contract.ts';
import { autotaskAccountFields } from './account-fields.ts';
import { autotaskClient } from './client.ts';
import { autotaskSettings } from './settings.ts';

const COMPANY = 1;
const DATE = 2;
const MOST = 200;

describeAccountFieldsContract('Autotask', async () => {
  const sandbox = await startAutotaskSandbox({ port: 0 });
  const { controls } = sandbox;
  const settings = autotaskSettings.parse({
    ...sampleCredentials,
    discoveryUrl: sandbox.origin,
    hourlySharePercent: 100,
  });
  const definitions = () =>
    controls.rows('UserDefinedFieldDefinitions').filter(({ values }) => values['udfType'] === COMPANY);
  const definition = (name: string) => definitions().find(({ values }) => values['name'] === name);

  return {
    connect: () => autotaskAccountFields(autotaskClient(settings, { clock: () => new Date(), pauseScale: 0.001 })),
    accountId: '175',
    fieldNames: () =>
      definitions()
        .filter(({ values }) => values['isActive'] === true)
        .map(({ values }) => String(values['name'])),
    valueOf: (accountId, name) => {
      const row = controls.rows('Companies').find(({ values }) => values.id === Number(accountId));
      return row?.udf[String(definition(name)?.values.id)] ?? null;
    },
    removeField: (name) => controls.removeRow('UserDefinedFieldDefinitions', Number(definition(name)?.values.id)),
    switchOff: (name) =>
      controls.updateRow('UserDefinedFieldDefinitions', Number(definition(name)?.values.id), { isActive: false }),
    takeName: (name) =>
      void controls.createRow('UserDefinedFieldDefinitions', { name, udfType: COMPANY, dataType: DATE }),
    fillUp: () => {
      for (let at = 0; at < MOST - 1; at++) {
        controls.createRow('UserDefinedFieldDefinitions', { name: `field ${at}`, udfType: COMPANY, dataType: DATE });
      }
    },
    writes: () => controls.requests().filter(({ method, path }) => method !== 'GET' && !/\/query/i.test(path)).length,
    cutAfterNextWrite: () => {
      controls.addFault({ method: 'POST', path: '/UserDefinedFieldDefinitions', mode: 'store-then-drop' });
      controls.addFault({ method: 'PATCH', path: '/Companies', mode: 'store-then-drop' });
    },
    goDown: () => void controls.addFault({ path: '/*', count: 1_000, status: 503, body: { errors: ['Maintenance'] } }),
    reset: () => controls.reset(),
    stop: () => sandbox.close(),
  };
});
