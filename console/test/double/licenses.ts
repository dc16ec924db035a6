import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const dayAgo = (days: number) => inDays(-days).slice(0, 10);

/** Licence keys with devices of the world; an import of `broken` text has issues. */
export const answerLicenses = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const clients = world.tenants.filter(({ virtualServerId }) => virtualServerId !== 0);
  const nameOf = (tenantId: string | null) => world.tenants.find(({ id }) => id === tenantId)?.name ?? null;
  const license = (serialNumber: string, words: Partial<contract.LicenseKey> = {}): contract.LicenseKey => ({
    ...contract.LicenseKeySettings.parse({
      productName: 'Gatehouse endpoint',
      kind: 'commercial',
      createdAt: inDays(-200),
      expiresAt: inDays(165),
      termDays: 365,
    }),
    ...{ id: idOf(`license ${serialNumber}`), serialNumber, tenantName: null, addedAt: inDays(-190), state: 'valid' },
    ...{ daysLeft: 164, used: 0, reserved: 0, assigned: 0, notHeld: 0, notAssigned: 0 },
    ...{ hasActivationCode: false, mayChange: true },
    ...words,
  });
  const [first] = clients;
  const keys: contract.LicenseKey[] =
    kind === 'empty'
      ? []
      : [
          license('1A2B-000451-0C0FFEE0', {
            ...{ deviceLimit: 100, used: 93, assigned: 95, notHeld: 2, reserved: 4, automatic: true },
            ...{ sharing: { with: 'all' }, hasActivationCode: true, information: 'Order 4711' },
          }),
          license('2C4D-000118-11FEED11', {
            ...{ kind: 'subscription', deviceLimit: 20, used: 23, assigned: 22, notAssigned: 1, state: 'over-limit' },
            ...{ tenantId: first?.id ?? null, tenantName: first?.name ?? null, overLimitAllowed: true },
          }),
          license('3E6F-000009-22DECADE', {
            ...{ productName: 'Mail shield', kind: 'trial', expiresAt: inDays(12), daysLeft: 11, used: 5 },
            state: 'expires-soon',
          }),
          license('4A8B-000002-33BADBAD', {
            ...{ blocked: true, state: 'blocked', expiresAt: null, daysLeft: null, termDays: null },
          }),
        ];
  const found = (id: string): contract.LicenseKey => {
    const key = keys.find((one) => one.id === id);
    if (!key) throw new Refusal(404, 'license.not-found', `There is no license ${id}`);
    return key;
  };
  const seats = new Map<string, contract.LicenseDevice[]>();
  const [shared] = keys;
  if (shared) {
    seats.set(
      shared.id,
      world.devices.slice(0, 24).map((device, index) => ({
        ...{ deviceId: device.id, deviceName: device.name, tenantId: device.tenantId, tenantName: device.tenantName },
        ...{
          groupName: device.groupName,
          assigned: index % 5 === 0 ? 'manual' : 'automatic',
          assignedAt: inDays(-100),
        },
        ...{ assignedBy: index % 5 === 0 ? 'ada' : null, withheld: false, held: index > 21 ? null : 'active' },
        ...{ installedAt: index > 21 ? null : inDays(-99), difference: index > 21 ? 'not-held' : 'agrees' },
      })),
    );
  }
  const counts = (workstations: number, servers: number): contract.CategoryCounts => ({
    ...{ windowsWorkstations: workstations, windowsServers: servers, otherWorkstations: 0, otherServers: servers },
    ...{ unknown: 0, total: workstations + 2 * servers },
  });
  const usageOf = (key: contract.LicenseKey, index: number, tenant: { id: string; name: string }) => ({
    ...{ serialNumber: key.serialNumber, productName: key.productName, kind: key.kind },
    ...{ tenantId: tenant.id, tenantName: tenant.name, billable: key.kind !== 'trial' },
    devices: counts(20 - index * 3, 3 + index),
  });
  const inScope = (tenantId: string | undefined) => (tenant: { id: string }) =>
    tenantId === undefined || tenant.id === tenantId;
  const usage = (tenantId: string | undefined) =>
    shared
      ? clients
          .filter(inScope(tenantId))
          .slice(0, 5)
          .map((tenant, index) => usageOf(shared, index, tenant))
      : [];

  on(contract.listLicenses, ({ query }) => {
    const items = keys.filter(
      (key) =>
        (!query.state || query.state.includes(key.state)) &&
        (!query.kind || query.kind.includes(key.kind)) &&
        (!query.text || key.serialNumber.toLowerCase().includes(query.text.toLowerCase())),
    );
    return {
      ...{ items, next: null, total: items.length },
      products: [...new Set(keys.map(({ productName }) => productName))],
      unknown: kind === 'full' ? [{ serialNumber: '9F9F-000000-STRANGE1', devices: 3 }] : [],
    };
  });
  on(contract.getLicense, ({ params }) => {
    const key = found(params.licenseId);
    const tenants = clients.slice(0, 3).map(({ id, name }, index) => ({
      ...{ tenantId: id, tenantName: name, used: 40 - index * 10, assigned: 41 - index * 10 },
    }));
    return { license: key, tenants: key.used > 0 ? tenants : [] };
  });
  const settled = (settings: contract.LicenseKeySettings) => ({ ...settings, tenantName: nameOf(settings.tenantId) });
  on(contract.addLicense, ({ body }) => {
    const { activationCode, serialNumber, ...settings } = body;
    if (keys.some((key) => key.serialNumber === serialNumber)) {
      throw new Refusal(409, 'license.serial-taken', `The key ${serialNumber} is here already; change that one`);
    }
    const key = license(serialNumber, { ...settled(settings), id: randomUUID() });
    keys.push({ ...key, hasActivationCode: activationCode !== undefined });
    return key;
  });
  on(contract.changeLicense, ({ params, body: { activationCode: _, ...settings } }) =>
    Object.assign(found(params.licenseId), settled(settings)),
  );
  on(contract.deleteLicense, ({ params }) => {
    keys.splice(keys.indexOf(found(params.licenseId)), 1);
    return {};
  });
  on(contract.listLicenseDevices, ({ params, query }) => ({
    items: (seats.get(params.licenseId) ?? []).filter(
      ({ difference }) => !query.difference || query.difference.includes(difference),
    ),
    next: null,
  }));
  on(contract.assignLicense, ({ params, body }) => {
    const key = found(params.licenseId);
    if (key.deviceLimit !== null && key.assigned + body.deviceIds.length > key.deviceLimit) {
      throw new Refusal(409, 'license.limit-reached', 'The key is for 100 devices and has room for 0 more');
    }
    return { changed: body.deviceIds.length };
  });
  on(contract.withdrawLicense, ({ params, body }) => {
    const left = (seats.get(params.licenseId) ?? []).filter(({ deviceId }) => !body.deviceIds.includes(deviceId));
    seats.set(params.licenseId, left);
    return { changed: body.deviceIds.length };
  });
  on(contract.listDeviceLicenses, ({ params }) => ({
    toldAt: kind === 'full' ? inDays(-0.01) : null,
    items: keys.slice(0, 1).flatMap((key) =>
      (seats.get(key.id) ?? [])
        .filter(({ deviceId }) => deviceId === params.deviceId)
        .map((seat) => ({
          ...{ serialNumber: key.serialNumber, licenseId: key.id, productName: key.productName, state: key.state },
          ...{ expiresAt: key.expiresAt, assigned: seat.assigned, assignedAt: seat.assignedAt },
          ...{ assignedBy: seat.assignedBy, withheld: false, held: seat.held, installedAt: seat.installedAt },
          difference: seat.difference,
        })),
    ),
  }));
  on(contract.importLicenses, ({ body }) => {
    const isBroken = body.csv.includes('broken');
    const row = {
      ...{ line: 2, what: 'add' as const, serialNumber: 'NEW-1', productName: 'Mail shield', kind: 'oem' as const },
      ...{ deviceLimit: 5, expiresAt: null, tenantName: null },
    };
    if (body.apply && !isBroken) keys.push(license('NEW-1', { productName: 'Mail shield', kind: 'oem' }));
    return {
      applied: body.apply && !isBroken,
      rows: isBroken ? [] : [row],
      issues: isBroken ? [{ line: 2, column: 'deviceLimit', what: 'Must be a whole number, or empty' }] : [],
    };
  });
  on(contract.getLicenseUsage, ({ query }) => {
    const items = usage(query.tenantId).map((item) => ({
      ...item,
      group: query.byGroup ? { id: 1, name: 'Managed devices' } : null,
    }));
    const sum = items.reduce((total, { devices }) => total + devices.total, 0);
    return { items, total: { ...counts(0, 0), windowsWorkstations: sum, total: sum } };
  });
  on(contract.getLicenseUsageHistory, ({ query }) => {
    const days = (kind === 'empty' ? [] : Array.from({ length: 30 }, (_, index) => dayAgo(29 - index)))
      // The server was off on one day: nothing is known of it.
      .filter((day, index) => index !== 11 && day >= query.from && day <= query.to);
    return {
      days,
      items: days.flatMap((day, at) =>
        usage(query.tenantId).map((item) => ({
          ...{
            ...item,
            devices: counts(item.devices.windowsWorkstations + Math.floor(at / 6), item.devices.windowsServers),
          },
          ...{ day, deviceLimit: 100 },
        })),
      ),
    };
  });
  on(contract.listUsageEvidence, () => ({
    items: world.devices.slice(0, 8).map((device) => ({
      ...{ deviceId: device.id, deviceName: device.name, groupName: device.groupName, tenantId: device.tenantId },
      ...{ category: 'windows-workstation' as const, serialNumber: shared?.serialNumber ?? '', since: dayAgo(60) },
    })),
    next: null,
  }));
};
