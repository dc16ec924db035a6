import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BadFormat,
  binary,
  dateOnly,
  dateTime,
  decodeTopLevel,
  decodeValue,
  double,
  encodeInside,
  encodeTopLevel,
  float,
  long,
  type Params,
  type ParamValue,
  readArguments,
  required,
  Typed,
  toPlainRow,
  UnencodableValue,
} from './index.ts';

const name = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('type', 'value', '__proto__', 'constructor'));
const scalar: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger().map(long),
  fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(dateTime),
  fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(dateOnly),
  fc.constant(dateTime(null)),
  fc.uint8Array({ maxLength: 20 }).map(binary),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(double),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
);
const { value: anyValue } = fc.letrec<{ value: ParamValue; array: ParamValue; params: ParamValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('array'), tie('params')),
  array: fc.array(fc.oneof(tie('value'), fc.constant(null)), { maxLength: 4 }) as fc.Arbitrary<ParamValue>,
  params: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<ParamValue>,
}));

const overTheWire = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

describe('encoding', () => {
  const everything: Params = {
    text: 'WS-1',
    int: 5,
    bool: true,
    long: long(5),
    time: dateTime(new Date('2024-05-01T10:20:30.999Z')),
    day: dateOnly('2024-05-01'),
    bytes: binary(new Uint8Array([1, 2, 255])),
    double: double(1.5),
    float: float(2),
    box: { inner: long(7), empty: dateTime(null) },
    list: ['a', { n: 1 }, long(3), null],
  };

  it('sends arguments bare, and wraps only what lies inside containers and arrays', () => {
    expect(encodeTopLevel(everything)).toEqual({
      text: 'WS-1',
      int: 5,
      bool: true,
      long: 5,
      time: '2024-05-01T10:20:30Z',
      day: '2024-05-01',
      bytes: 'AQL/',
      double: 1.5,
      float: 2,
      box: { inner: { type: 'long', value: 7 }, empty: { type: 'datetime', value: '' } },
      list: ['a', { type: 'params', value: { n: 1 } }, { type: 'long', value: 3 }, null],
    });
  });

  it('wraps inside containers as the documentation shows', () => {
    expect(encodeInside(everything)).toEqual({
      type: 'params',
      value: {
        text: 'WS-1',
        int: 5,
        bool: true,
        long: { type: 'long', value: 5 },
        time: { type: 'datetime', value: '2024-05-01T10:20:30Z' },
        day: { type: 'date', value: '2024-05-01' },
        bytes: { type: 'binary', value: 'AQL/' },
        double: { type: 'double', value: 1.5 },
        float: { type: 'float', value: 2 },
        box: {
          type: 'params',
          value: { inner: { type: 'long', value: 7 }, empty: { type: 'datetime', value: '' } },
        },
        list: ['a', { type: 'params', value: { n: 1 } }, { type: 'long', value: 3 }, null],
      },
    });
  });

  it('never sends null inside a container, where clients break on it', () => {
    expect(encodeTopLevel({ pParams: null, pInfo: { a: null, b: undefined, c: 1 } })).toEqual({
      pParams: null,
      pInfo: { c: 1 },
    });
  });

  it('refuses what the protocol has no form for instead of sending something else', () => {
    expect(() => encodeInside(1.5)).toThrow(UnencodableValue);
    expect(() => encodeInside(2 ** 31)).toThrow(UnencodableValue);
    expect(() => encodeTopLevel({ n: Number.NaN })).toThrow(UnencodableValue);
    expect(() => long(2 ** 53)).toThrow(UnencodableValue);
    expect(() => double(Number.POSITIVE_INFINITY)).toThrow(UnencodableValue);
    expect(() => dateTime('2024-02-30T00:00:00Z')).toThrow(UnencodableValue);
    expect(() => dateTime(new Date(Number.NaN))).toThrow(UnencodableValue);
    expect(() => dateTime(new Date('+012024-01-01T00:00:00Z'))).toThrow(UnencodableValue);
    const cycle: { [name: string]: ParamValue } = {};
    cycle.self = cycle;
    expect(() => encodeInside(cycle)).toThrow(UnencodableValue);
  });
});

describe('decoding', () => {
  it('gives back every value that was encoded', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(decodeValue(overTheWire(encodeInside(value)))).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps a member with a dangerous name a member', () => {
    const decoded = decodeTopLevel(JSON.parse('{"pInfo":{"__proto__":{"type":"params","value":{"x":1}}}}'));
    expect(Object.keys(decoded.pInfo as Params)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('reads the same arguments wrapped, bare, and with the empty type word of one client', () => {
    const wanted = { pInfo: { KLHST_WKS_DN: 'WS-1', nested: { a: 1 } } };
    for (const json of [
      { pInfo: { KLHST_WKS_DN: 'WS-1', nested: { type: 'params', value: { a: 1 } } } },
      { pInfo: { type: 'params', value: { KLHST_WKS_DN: 'WS-1', nested: { a: 1 } } } },
      { pInfo: { type: '', value: { KLHST_WKS_DN: 'WS-1', nested: { a: 1 } } } },
    ]) {
      expect(decodeTopLevel(json)).toEqual(wanted);
    }
  });

  it('takes a container for a wrapper only when it has the members of one and nothing else', () => {
    const containers = { a: { type: 'long', value: 5, more: 1 }, b: { type: 'long' }, c: { type: 'virus', value: 5 } };
    expect(decodeTopLevel(containers)).toEqual(containers);
  });

  it('takes no body, null and an empty object for no arguments', () => {
    for (const json of [undefined, null, {}]) expect(decodeTopLevel(json)).toEqual({});
  });

  it('tells where a malformed value lies', () => {
    const where = (json: unknown): string => {
      try {
        decodeTopLevel(json);
      } catch (error) {
        if (error instanceof BadFormat) return error.where;
        throw error;
      }
      return 'nowhere';
    };
    expect(where({ pInfo: { rows: [1, { type: 'datetime', value: 'yesterday' }] } })).toBe('pInfo.rows[1]');
    expect(where({ a: { type: 'long', value: 1.5 } })).toBe('a');
    expect(where({ a: { type: 'binary', value: '***' } })).toBe('a');
    expect(where({ a: { type: 'params', value: [] } })).toBe('a');
    expect(where({ a: { type: 'double', value: '1' } })).toBe('a');
    expect(() => decodeTopLevel([])).toThrow(BadFormat);
    expect(() => decodeTopLevel('text')).toThrow(BadFormat);
  });

  it('refuses nesting that would exhaust the stack', () => {
    const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
    expect(() => decodeTopLevel({ a: deep(60) })).not.toThrow();
    expect(() => decodeTopLevel({ a: deep(5_000) })).toThrow(BadFormat);
  });

  it('answers any JSON at all with values or BadFormat, never with another error', () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 5 }),
      fc.record({
        a: fc.record({ type: fc.constantFrom('long', 'datetime', 'binary', 'params', ''), value: fc.jsonValue() }),
      }),
    );
    fc.assert(
      fc.property(odd, (json) => {
        try {
          decodeTopLevel(json);
        } catch (error) {
          expect(error).toBeInstanceOf(BadFormat);
        }
      }),
      { numRuns: 20_000 },
    );
  }, 30_000);

  it('turns numbers that 32 bits cannot hold into the type that they must have been', () => {
    expect(decodeTopLevel({ a: { n: 3232235777, f: 1.5, s: 1 } })).toEqual({
      a: { n: new Typed('long', 3232235777), f: new Typed('double', 1.5), s: 1 },
    });
  });
});

describe('reading arguments', () => {
  const readerOf = (json: unknown) => readArguments(decodeTopLevel(json));

  it('reads longs, times and bytes both wrapped and bare', () => {
    for (const args of [
      readerOf({ n: 5, t: '2024-05-01T10:20:30Z', b: 'AQ==' }),
      readerOf({
        n: { type: 'long', value: 5 },
        t: { type: 'datetime', value: '2024-05-01T10:20:30Z' },
        b: { type: 'binary', value: 'AQ==' },
      }),
    ]) {
      expect(args.long('n')).toBe(5);
      expect(args.int('n')).toBe(5);
      expect(args.dateTime('t')).toEqual(new Date('2024-05-01T10:20:30Z'));
      expect(args.binary('b')).toEqual(new Uint8Array([1]));
    }
  });

  it('takes missing, null and empty for "not given"', () => {
    const args = readerOf({ a: null, b: '', c: [], d: {}, t: { type: 'datetime', value: '' } });
    for (const given of ['a', 'b', 'c', 'd', 'missing', 'toString']) {
      expect([args.int(given), args.params(given), args.list(given), args.boolean(given)]).toEqual(
        Array(4).fill(undefined),
      );
    }
    expect(args.dateTime('t')).toBeUndefined();
    expect(args.string('b')).toBe('');
    expect(() => required(args.int('a'), 'a')).toThrow(BadFormat);
  });

  it('accepts all documented spellings of an argument', () => {
    expect(readerOf({ nParent: 3 }).int(['nGroupId', 'nParent'])).toBe(3);
  });

  it('names the argument that has the wrong type', () => {
    const args = readerOf({ n: 'five', s: 5, list: ['a', 1], b: 'yes', big: 2 ** 40 });
    expect(() => args.int('n')).toThrow('n: a 32-bit integer is needed');
    expect(() => args.int('big')).toThrow(BadFormat);
    expect(() => args.string('s')).toThrow('s: a string is needed');
    expect(() => args.strings('list')).toThrow('list[1]: a string is needed');
    expect(() => args.boolean('b')).toThrow(BadFormat);
  });

  it('reads a sort order from an array, from a single entry, and ignores an entry without a name', () => {
    const entry = { type: 'params', value: { Name: 'KLHST_WKS_DN', Asc: false } };
    const wanted = [{ name: 'KLHST_WKS_DN', ascending: false }];
    expect(readerOf({ o: [entry] }).order('o')).toEqual(wanted);
    expect(readerOf({ o: entry }).order('o')).toEqual(wanted);
    expect(readerOf({ o: { type: '', value: { Name: '', Asc: false } } }).order('o')).toEqual([]);
    expect(readerOf({ o: null }).order('o')).toEqual([]);
    expect(() => readerOf({ o: ['KLHST_WKS_DN'] }).order('o')).toThrow(BadFormat);
    expect(() => readerOf({ o: [{ Name: 5 }] }).order('o')).toThrow(BadFormat);
  });
});

it('shows a decoded row as plain JavaScript', () => {
  const row = {
    id: long(7),
    seen: dateTime('2024-05-01T10:20:30Z'),
    never: dateTime(null),
    share: double(0.5),
    box: { list: [long(1), 'a', { b: true }] },
  };
  expect(toPlainRow(row)).toEqual({
    id: 7,
    seen: '2024-05-01T10:20:30Z',
    never: null,
    share: 0.5,
    box: { list: [1, 'a', { b: true }] },
  });
});
