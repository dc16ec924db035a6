import { expect, test } from 'vitest';
import { BadControlRequest, PortTaken, sampleCredentials, startAutotaskSandbox } from './index.ts';
import { credentialHeaders, startForTest } from './test-client.ts';

const user = encodeURIComponent(sampleCredentials.userName);

test('a database that moves is found by discovery at either zone, answers in its new one and is unknown in the old', async () => {
  const box = await startForTest({ secondZonePort: 0 });
  const { origin, secondZoneOrigin } = box.sandbox;
  const zoneAt = async (at: string) =>
    (await box.fetchJson(`${at}/ATServicesRest/V1.0/zoneInformation?user=${user}`, {})).json;
  const statusAt = async (at: string) =>
    (await box.fetchJson(`${at}/ATServicesRest/V1.0/Companies/175`, { headers: credentialHeaders })).status;
  expect(secondZoneOrigin).not.toBeNull();
  const second = secondZoneOrigin ?? '';

  expect((await zoneAt(second)).url).toBe(`${origin}/ATServicesRest/`);
  expect([await statusAt(origin), await statusAt(second)]).toEqual([200, 401]);
  expect((await box.control('PUT', '/zone', { zone: 2 })).json).toEqual({ zone: 2, origin: second });
  for (const at of [origin, second]) {
    expect(await zoneAt(at)).toMatchObject({ url: `${second}/ATServicesRest/`, webUrl: `${origin}/` });
  }
  expect([await statusAt(origin), await statusAt(second)]).toEqual([401, 200]);
  box.controls.reset();
  expect([await statusAt(origin), await statusAt(second)]).toEqual([200, 401]);
  await box.sandbox.close();
  expect(box.defects).toEqual([]);
});

test('without a second zone there is nowhere to move', async () => {
  const box = await startForTest();
  expect(box.sandbox.secondZoneOrigin).toBeNull();
  expect(() => box.controls.moveToZone(2)).toThrow(BadControlRequest);
  await box.sandbox.close();
});

test('a taken port of the second zone stops the first one too', async () => {
  const holder = await startForTest();
  await expect(startAutotaskSandbox({ port: 0, secondZonePort: holder.sandbox.port })).rejects.toThrow(PortTaken);
  await holder.sandbox.close();
});
