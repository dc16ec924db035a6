import { describe, expect, it } from 'vitest';
import { eventTypeOf, eventTypes } from './index.ts';

const components = [
  'Administration Server',
  'Network Agent',
  'iOS MDM Server',
  'Exchange Mobile Device Server',
] as const;

describe('the catalogue of event types', () => {
  it('names each type once, by component, code and id', () => {
    const keys = eventTypes.map(({ component, code, typeId }) => `${component} ${code} ${typeId}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('does not store five of the server’s types', () => {
    const ids = eventTypes.filter(({ storageTermDays }) => storageTermDays === 0).map(({ typeId }) => typeId);
    expect(ids.toSorted()).toEqual([4135, 4136, 4143, 4145, 4146]);
  });

  it('tells types of one code apart by their id', () => {
    expect(eventTypeOf('GNRL_EV_VIRUS_OUTBREAK', 28)?.typeId).toBe(28);
    expect(eventTypeOf('GNRL_EV_VIRUS_OUTBREAK')?.typeId).toBe(26);
    expect(eventTypeOf('GNRL_EV_VIRUS_OUTBREAK', 1)?.typeId).toBe(26);
    expect(eventTypeOf('toString')).toBeUndefined();
  });

  it('has the types of the KSC 13.1 help by component and severity', async () => {
    const { serverEventTypes } = await import('./catalogue-server.ts');
    const count = (component: string, severity: number) =>
      serverEventTypes.filter((type) => type[0] === component && type[4] === severity).length;
    expect(components.map((component) => [4, 3, 2, 1].map((severity) => count(component, severity)))).toEqual([
      [11, 8, 20, 18],
      [0, 3, 5, 20],
      [0, 23, 6, 19],
      [0, 5, 0, 2],
    ]);
    expect(serverEventTypes).toHaveLength(140);
  });
});
