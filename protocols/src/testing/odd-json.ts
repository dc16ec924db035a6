/** JSON like that of programs in other languages, of other versions, and of nobody who means well. */

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** Values at the borders of the protocol's types. */
const ODD: readonly Json[] = [
  null,
  true,
  '',
  'x',
  0,
  -1,
  1.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  1e308,
  '\u{0}',
  '\ud800',
  [],
  {},
  [null],
  { type: 'params', value: null },
  { type: 'params' },
  { type: 'params', value: {}, more: 1 },
  { type: '', value: { Name: '' } },
  { type: 'long', value: 2 ** 60 },
  { type: 'long', value: '5' },
  { type: 'long', value: 1.5 },
  { type: 'datetime', value: '2024-05-01T10:20:30Z' },
  { type: 'datetime', value: '2024-05-01T10:20:30.123+02:00' },
  { type: 'datetime', value: '9999-99-99T99:99:99Z' },
  { type: 'date', value: '' },
  { type: 'binary', value: '%%%' },
  { type: 'binary', value: 'AAAA' },
  { type: 'double', value: '1e400' },
  { type: 'float', value: 1 },
  { type: 'nothing', value: 1 },
  { type: { type: 'params', value: {} }, value: {} },
];
const NAMES = ['type', 'value', '__proto__', 'constructor', 'toString', 'KLHST_WKS_DN', '', 'a b', '\u{0}'];

/** Calls as clients send them. */
export const callCorpus: readonly Json[] = [
  {
    wstrFilter: '(KLHST_WKS_STATUS_ID <> 0)',
    vecFieldsToReturn: ['KLHST_WKS_HOSTNAME', 'KLHST_WKS_DN'],
    vecFieldsToOrder: [{ type: 'params', value: { Name: 'KLHST_WKS_DN', Asc: true } }],
    pParams: { KLGRP_FIND_FROM_CUR_VS_ONLY: true, KLSRVH_SLAVE_REC_DEPTH: 0 },
    lMaxLifeTime: 600,
  },
  {
    pData: {
      TASK_NAME: 'VirusScan',
      TASKSCH_TYPE: 0,
      TASKSCH_FIRST_EXECUTION_TIME: { type: 'datetime', value: '2024-05-01T10:20:30Z' },
      TASK_INFO_PARAMS: { type: 'params', value: { DisplayName: 'x', HostList: ['a', { type: 'params', value: {} }] } },
    },
  },
  {
    strIteratorId: 'EC50B6E9372B4821B5A0CACC8E2BEF59',
    pSettings: {
      EVP_EVENT_BLOCKS: [{ type: 'params', value: { EVP_EVENT_BLOCK_BEGIN_ID: { type: 'long', value: 10 } } }],
    },
  },
  { pKeyInfo: { KLLICSRV_KEYDATA: { type: 'params', value: { KLLIC_LICFILE: { type: 'binary', value: 'AAAA' } } } } },
];

/**
 * Endless calls made of a corpus: values put in the place of others, wrapped, unwrapped, doubled, nested and taken out.
 *
 * @param random numbers from 0 to 1
 */
export function* oddCalls(corpus: readonly Json[], random: () => number): Generator<{ [member: string]: Json }, never> {
  const below = (most: number) => Math.floor(random() * most);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const other = (value: Json): Json => {
    switch (below(8)) {
      case 0:
        return { type: 'params', value };
      case 1:
        return [value];
      case 2:
        return { type: oneOf(['long', 'datetime', 'params', 'binary', '']), value };
      case 3:
        return typeof value === 'object' && value !== null && !Array.isArray(value)
          ? (value.value ?? value)
          : [value, value];
      case 4: {
        let nested = value;
        for (let depth = below(60); depth >= 0; depth -= 1)
          nested = below(2) ? [nested] : { type: 'params', value: { a: nested } };
        return nested;
      }
      default:
        return oneOf(ODD);
    }
  };
  const mutated = (value: Json): Json => {
    if (below(6) === 0) return other(value);
    if (Array.isArray(value)) return value.map(mutated);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
      if (below(20) === 0) return [];
      return [[below(15) === 0 ? oneOf(NAMES) : name, mutated(member)]];
    });
    if (below(10) === 0) members.push([oneOf(NAMES), oneOf(ODD)]);
    return Object.fromEntries(members);
  };
  for (;;) {
    const call = mutated(oneOf(corpus));
    yield typeof call === 'object' && call !== null && !Array.isArray(call) ? call : { argument: call };
  }
}
