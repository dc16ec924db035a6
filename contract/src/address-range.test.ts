import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress, readAddressRange, writeAddress } from './address-range.ts';

const ends = (text: string) => {
  const range = readAddressRange(text);
  if (!range) return null;
  const { family, from, to } = range;
  return [writeAddress({ family, value: from }), writeAddress({ family, value: to })];
};

describe('ranges of addresses', () => {
  it.each([
    ['192.0.2.10', ['192.0.2.10', '192.0.2.10']],
    ['192.0.2.77/24', ['192.0.2.0', '192.0.2.255']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255']],
    ['192.0.2.1/32', ['192.0.2.1', '192.0.2.1']],
    [' 192.0.2.9 - 192.0.2.10 ', ['192.0.2.9', '192.0.2.10']],
    ['2001:db8::/32', ['2001:db8:0:0:0:0:0:0', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff']],
    ['::1', ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1']],
    ['fe80::1%eth0', ['fe80:0:0:0:0:0:0:1', 'fe80:0:0:0:0:0:0:1']],
    ['::ffff:192.0.2.1', ['0:0:0:0:0:ffff:c000:201', '0:0:0:0:0:ffff:c000:201']],
    ['::-::ff', ['0:0:0:0:0:0:0:0', '0:0:0:0:0:0:0:ff']],
  ])('reads %s', (text, wanted) => {
    expect(ends(text)).toEqual(wanted);
  });

  it.each([
    '',
    'x',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/24/24',
    '192.0.2.9-192.0.2.8',
    '192.0.2.9-2001:db8::1',
    '192.0.2.1-192.0.2.2-192.0.2.3',
    '2001:db8::/129',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    ':1',
    '::192.0.2.256',
  ])('takes “%s” for none', (text) => {
    expect(ends(text)).toBeNull();
  });

  it('holds for an address what the network stack holds for it', () => {
    const octets = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255)));
    const groups = fc.tuple(...Array.from({ length: 8 }, () => fc.nat(65_535)));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(octets, octets, fc.nat(32)).map(([a, b, length]) => [a.join('.'), b.join('.'), length] as const),
          fc.tuple(groups, groups, fc.nat(128)).map(([a, b, length]) => {
            const text = (parts: number[]) => parts.map((part) => part.toString(16)).join(':');
            // Mostly the same beginning, else no address would lie in any network.
            return [text(a), text([...a.slice(0, 5), ...b.slice(5)]), length] as const;
          }),
        ),
        ([net, address, length]) => {
          const family = isIP(net) === 4 ? 'ipv4' : 'ipv6';
          const list = new BlockList();
          list.addSubnet(net, length, family);
          const range = readAddressRange(`${net}/${length}`);
          const value = readAddress(address)?.value;
          if (!range || value === undefined) throw new Error('not read');
          expect(value >= range.from && value <= range.to).toBe(list.check(address, family));
          expect(readAddress(writeAddress({ family: range.family, value }))?.value).toBe(value);
        },
      ),
      { numRuns: 300 },
    );
  });
});
