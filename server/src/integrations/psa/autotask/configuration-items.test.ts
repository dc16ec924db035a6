import { fixtureIds, sampleCredentials, startAutotaskSandbox } from '@gatehouse/sandboxes/autotask';
import { describeConfigurationItemsContract } from '../connector-configuration-items-contract.ts';
import { autotaskClient } from './client.ts';
import { autotaskConfigurationItems } from './configuration-items.ts';
import { autotaskSettings } from './settings.ts';

const ITEM = 4;
const TEXT = 1;
const MOST = 500;
const DEFINITIONS = 'UserDefinedFieldDefinitions';

describeConfigurationItemsContract('Autotask', async () => {
  const sandbox = await startAutotaskSandbox({ port: 0 });
  const { controls } = sandbox;
  const settings = autotaskSettings.parse({
    ...sampleCredentials,
    discoveryUrl: sandbox.origin,
    hourlySharePercent: 100,
  });
  const definitions = () => controls.rows(DEFINITIONS).filter(({ values }) => values['udfType'] === ITEM);
  const rowNamed = (entity: string, name: string) =>
    controls.rows(entity).find(({ values }) => values['name'] === name)?.values;
  const nameOf = (entity: string, id: unknown) =>
    String(controls.rows(entity).find(({ values }) => values.id === id)?.values['name'] ?? '');

  return {
    connect: () => autotaskConfigurationItems(autotaskClient(settings, { clock: () => new Date(), pauseScale: 0.001 })),
    accountId: '175',
    productId: String(fixtureIds.product),
    itemsOf: (key) =>
      controls
        .rows('ConfigurationItems')
        .filter(({ values }) => values['referenceNumber'] === key)
        .map(({ values, udf }) => ({
          itemId: String(values.id),
          active: values['isActive'] === true,
          title: String(values['referenceTitle']),
          kind: nameOf('ConfigurationItemTypes', values['configurationItemType']),
          values: Object.fromEntries(
            definitions().map((row) => [String(row.values['name']), udf[String(row.values.id)] ?? null]),
          ),
        })),
    kindNames: () =>
      controls
        .rows('ConfigurationItemTypes')
        .filter(({ values }) => values['isActive'] === true)
        .map(({ values }) => String(values['name'])),
    shownFields: (kind) => {
      const category = rowNamed('ConfigurationItemCategories', kind);
      return controls
        .rows('ConfigurationItemCategoryUdfAssociations')
        .filter(({ values }) => values['configurationItemCategoryID'] === category?.id)
        .map(({ values }) => nameOf(DEFINITIONS, values['userDefinedFieldDefinitionID']));
    },
    copy: (itemId) => {
      const row = controls.rows('ConfigurationItems').find(({ values }) => values.id === Number(itemId));
      controls.putRows('ConfigurationItems', [{ ...row?.values, id: Number(itemId) + 1 }]);
    },
    removeField: (name) => controls.removeRow(DEFINITIONS, Number(rowNamed(DEFINITIONS, name)?.id)),
    switchOffKind: (name) =>
      controls.updateRow('ConfigurationItemTypes', Number(rowNamed('ConfigurationItemTypes', name)?.id), {
        isActive: false,
      }),
    switchOffProduct: () => controls.updateRow('Products', fixtureIds.product, { isActive: false }),
    leaveRoomFor: (fields) => {
      controls.putRows(
        DEFINITIONS,
        Array.from({ length: MOST - fields }, (_, at) => ({
          id: 50_000 + at,
          name: `field ${at}`,
          udfType: ITEM,
          dataType: TEXT,
          isActive: true,
        })),
        { clearFirst: true },
      );
    },
    writes: () => controls.requests().filter(({ method, path }) => method !== 'GET' && !/\/query/i.test(path)).length,
    cutAfterNextWrite: () => {
      controls.clearFaults();
      for (const method of ['POST', 'PATCH']) {
        for (const path of [
          '/ConfigurationItems',
          '/ConfigurationItemTypes',
          '/ConfigurationItemCategories',
          `/${DEFINITIONS}`,
          '/ConfigurationItemCategories/*/UdfAssociations',
        ]) {
          controls.addFault({ method, path, mode: 'store-then-drop' });
        }
      }
    },
    reset: () => controls.reset(),
    stop: () => sandbox.close(),
  };
});
