import * as contract from '@gatehouse/contract';
import type { HttpDouble } from './http.ts';
import { idOf, type World } from './world.ts';

const names = ['apache2', 'bash', 'curl', 'firefox-esr', 'libc6', 'openssl', 'unzip', 'vim', 'xz-utils', 'zlib1g'];

const item = (name: string, version: string): contract.SoftwareItem => ({
  name,
  version,
  source: 'dpkg',
  arch: 'amd64',
  publisher: name === 'firefox-esr' ? 'Maintainers of Mozilla-related packages' : 'Debian',
  sizeBytes: name.length * 400_000,
});

const page = <T>(items: T[], { limit = 50, after }: { limit?: number; after?: string | undefined }) => {
  const from = Number(after ?? 0);
  const shown = items.slice(from, from + limit);
  return { items: shown, next: from + limit < items.length ? String(from + limit) : null };
};

const matching =
  (text: string | undefined) =>
  ({ name, publisher }: contract.SoftwareItem) =>
    text === undefined || `${name} ${publisher}`.toLowerCase().includes(text.toLowerCase());

/** Software of the double's devices: each tenth has old versions and one program more, device 12 has told nothing. */
export const answerInventory = (http: HttpDouble, world: World): void => {
  const of = (deviceId: string): contract.SoftwareItem[] => {
    if (deviceId === idOf('device 12')) return [];
    const isTroubled = deviceId === idOf('device 10') || deviceId === idOf('device 0');
    return [
      ...names.map((name) => item(name, isTroubled ? '1.0' : '1.1')),
      ...(isTroubled ? [item('old-toolbar', '0.9~beta')] : []),
    ];
  };
  http.on(contract.listDeviceSoftware, ({ params, query }) => {
    const found = of(params.deviceId).filter(matching(query.text));
    return {
      ...page(found, query),
      total: found.length,
      collectedAt: of(params.deviceId).length === 0 ? null : new Date(Date.now() - 3_600_000).toISOString(),
    };
  });

  const holdings = () =>
    world.devices.flatMap(({ id, name, tenantId, tenantName }) =>
      of(id).map((software) => ({ ...software, deviceId: id, deviceName: name, tenantId, tenantName })),
    );
  const catalogue = (): contract.SoftwareRow[] => {
    const rows = new Map<string, contract.SoftwareRow>();
    for (const { deviceId: _, deviceName: __, tenantId: ___, tenantName: ____, ...software } of holdings()) {
      const key = `${software.name} ${software.version}`;
      const row = rows.get(key) ?? { ...software, id: rows.size + 1, devices: 0 };
      rows.set(key, { ...row, devices: row.devices + 1 });
    }
    return [...rows.values()].toSorted((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
  };
  http.on(contract.listSoftware, ({ query }) => page(catalogue().filter(matching(query.text)), query));
  http.on(contract.listSoftwareHolders, ({ query }) => {
    const wanted = catalogue().find(({ id }) => id === query.softwareId);
    const found = holdings()
      .filter(matching(query.text))
      .filter(({ name, version }) => !wanted || (wanted.name === name && wanted.version === version));
    return page(
      found.map(({ arch: _, sizeBytes: __, ...holder }) => holder),
      query,
    );
  });
};
