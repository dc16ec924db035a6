/** The sample customers: invented names, groups and sizes. 300 devices in all. */
export interface Company {
  name: string;
  /** Beginning of its devices' names. */
  prefix: string;
  /** The group of its servers comes first. */
  groups: readonly [servers: string, ...others: string[]];
  deviceCount: number;
  /** First three numbers of its IPv4 addresses, from the ranges for documentation (RFC 5737). */
  network: '192.0.2' | '198.51.100' | '203.0.113';
  firstAddress: number;
}

const company = (
  name: string,
  prefix: string,
  deviceCount: number,
  groups: Company['groups'],
  place: number,
): Company => ({
  name,
  prefix,
  deviceCount,
  groups,
  network: (['192.0.2', '198.51.100', '203.0.113'] as const)[place % 3] ?? '192.0.2',
  firstAddress: 2 + Math.floor(place / 3) * 62,
});

export const companies: readonly Company[] = [
  company('Alder Bakery', 'ALD', 34, ['Servers', 'Office', 'Shops'], 0),
  company('Birchwood Dental', 'BIR', 18, ['Servers', 'Practice'], 1),
  company('Copperleaf Accounting', 'COP', 22, ['Servers', 'Office', 'Laptops'], 2),
  company('Dovecote Logistics', 'DOV', 41, ['Servers', 'Office', 'Warehouse'], 3),
  company('Elmfield School', 'ELM', 36, ['Servers', 'Classrooms', 'Teachers'], 4),
  company('Fernbrook Veterinary', 'FER', 14, ['Servers', 'Practice'], 5),
  company('Granite Hill Construction', 'GRA', 29, ['Servers', 'Office', 'Sites'], 6),
  company('Harbourlight Hotel', 'HAR', 31, ['Servers', 'Reception', 'Back office'], 7),
  company('Ivystone Architects', 'IVY', 19, ['Servers', 'Studio'], 8),
  company('Juniper Lane Pharmacy', 'JUN', 12, ['Servers', 'Counter'], 9),
  company('Kestrel Print Works', 'KPW', 23, ['Servers', 'Office', 'Press hall'], 10),
  company('Larkspur Legal', 'LAR', 21, ['Servers', 'Chambers', 'Laptops'], 11),
];
