/** Addresses from one to another, both included. */
export interface AddressRange {
  family: 4 | 6;
  from: bigint;
  to: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;
const GROUP = /^[0-9a-f]{1,4}$/i;

const readV4 = (text: string): bigint | null => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
};

const readGroups = (text: string): string[] | null => {
  const groups = text === '' ? [] : text.split(':');
  return groups.every((group) => GROUP.test(group)) ? groups : null;
};

const readV6 = (text: string): bigint | null => {
  // The last two groups may be written as an IPv4 address.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted?.[2] === undefined ? null : readV4(dotted[2]);
  if (dotted && tail === null) return null;
  const whole =
    dotted && tail !== null ? `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}` : text;
  const halves = whole.split('::');
  if (halves.length > 2) return null;
  const [head, end] = halves.map(readGroups);
  if (!head || (halves.length === 2 && !end)) return null;
  const missing = 8 - head.length - (end?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(end ?? [])];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
};

/** An IPv4 or IPv6 address as a number, or null for what is none. A zone (`%eth0`) says nothing about the address. */
export const readAddress = (text: string): { family: 4 | 6; value: bigint } | null => {
  const bare = text.trim().replace(/%.*$/, '');
  const v4 = readV4(bare);
  if (v4 !== null) return { family: 4, value: v4 };
  const v6 = readV6(bare);
  return v6 === null ? null : { family: 6, value: v6 };
};

/** As every store reads it: dotted, or eight groups in full. */
export const writeAddress = ({ family, value }: { family: 4 | 6; value: bigint }): string => {
  const [size, bits] = family === 4 ? [4, 8n] : [8, 16n];
  const parts = Array.from(
    { length: size },
    (_, at) => (value >> (bits * BigInt(size - 1 - at))) & ((1n << bits) - 1n),
  );
  return family === 4 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
};

/**
 * `192.0.2.10`, `192.0.2.0/24`, `192.0.2.10-192.0.2.20` and the same in IPv6; null for what is none of these. Of a
 * network the bits behind its length do not matter.
 */
export const readAddressRange = (text: string): AddressRange | null => {
  const network = /^([^/]+)\/(\d{1,3})$/.exec(text.trim());
  if (network?.[1] !== undefined) {
    const address = readAddress(network[1]);
    const length = Number(network[2]);
    if (!address || length > BITS[address.family]) return null;
    const free = BigInt(BITS[address.family] - length);
    const from = (address.value >> free) << free;
    return { family: address.family, from, to: from + (1n << free) - 1n };
  }
  const [first = '', last = first, ...more] = text.split('-').map((part) => part.trim());
  const [from, to] = [readAddress(first), readAddress(last)];
  if (more.length > 0 || !from || !to || from.family !== to.family || from.value > to.value) return null;
  return { family: from.family, from: from.value, to: to.value };
};
