import { describePsaContract } from '../connector-contract.ts';
import { startAutotaskStandIn } from './stand-in.testing.ts';

describePsaContract('Autotask', startAutotaskStandIn);
