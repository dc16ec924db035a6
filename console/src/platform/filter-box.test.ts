import { describe, expect, it } from 'vitest';
import { type FilterProperty, maskOperators, tokensOf, valuesOf } from './filter-box.tsx';

const properties: FilterProperty[] = [
  {
    key: 'severity',
    label: 'Severity',
    options: [],
    operators: [
      { operator: '=', key: 'severity' },
      { operator: '!=', key: 'notSeverity' },
    ],
  },
  { key: 'device', label: 'Device', options: [], operators: maskOperators('device', 'notDevice') },
  { key: 'deviceId', label: 'One device', options: [], single: true },
];

describe('filters of the address', () => {
  it('become tokens and come back as they were, whichever operator', () => {
    const values = {
      severity: ['critical', 'warning'],
      notSeverity: undefined,
      device: ['*pc*', 'srv-1', 'lap*', 'p?c-*-1'],
      notDevice: ['*test*', 'x?'],
      deviceId: 'd1',
      text: 'two words',
    };
    const tokens = tokensOf(values, properties);
    expect(tokens.tokens).toEqual([
      { propertyKey: 'severity', operator: '=', value: ['critical', 'warning'] },
      { propertyKey: 'device', operator: ':', value: 'pc' },
      { propertyKey: 'device', operator: '=', value: 'srv-1' },
      { propertyKey: 'device', operator: '=', value: 'p?c-*-1' },
      { propertyKey: 'device', operator: '^', value: 'lap' },
      { propertyKey: 'device', operator: '!:', value: 'test' },
      { propertyKey: 'device', operator: '!:', value: 'x?' },
      { propertyKey: 'deviceId', operator: '=', value: 'd1' },
      { operator: ':', value: 'two words' },
    ]);
    const back = valuesOf(tokens, properties);
    expect(back).toEqual({ ...values, device: expect.arrayContaining(values.device) });
  });

  it('that were removed are named as gone', () => {
    expect(valuesOf({ operation: 'and', tokens: [] }, properties)).toEqual({
      severity: undefined,
      notSeverity: undefined,
      device: undefined,
      notDevice: undefined,
      deviceId: undefined,
      text: undefined,
    });
  });
});
