import { hostname as systemName } from 'node:os';
import { fact } from '../fact.ts';

export const hostname = fact({ name: 'hostname', collect: async () => systemName() });
