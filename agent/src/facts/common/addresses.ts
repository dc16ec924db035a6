import { networkInterfaces } from 'node:os';
import { fact } from '../fact.ts';

const MOST = 64;

const external = () =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).filter(({ internal }) => !internal));

/** IPv4 first, then IPv6, link-local ones last: the first is what people look for. */
export const ipAddresses = fact({
  name: 'ipAddresses',
  async collect() {
    const rank = ({ family, address }: { family: string; address: string }) =>
      family === 'IPv4' ? 0 : address.startsWith('fe80:') ? 2 : 1;
    const found = external().toSorted((a, b) => rank(a) - rank(b));
    return [...new Set(found.map(({ address }) => address))].slice(0, MOST);
  },
});

export const macAddresses = fact({
  name: 'macAddresses',
  collect: async () =>
    [...new Set(external().map(({ mac }) => mac))].filter((mac) => mac !== '00:00:00:00:00:00').slice(0, MOST),
});
