import { pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { announceRefusals } from '../../secondary-servers/index.ts';
import type { Call, MethodClass } from '../method.ts';

const LEAST_ROUND_SECONDS = 30;
const MOST_ROUND_SECONDS = 7 * 86_400;
const MOST_ABOVE = 100;

const requireMain = ({ login }: Call): void => {
  if (login.scope() !== 'all') throw pxgError('noAccess', 'Access denied: log in to the main server, for all clients');
};

const idOf = (text: string): string => {
  if (text.length < 1 || text.length > 64) throw pxgError('badFormat', 'strInstanceId has 1 to 64 characters');
  return text;
};

/**
 * GatehouseHierarchy: a server above makes itself known, and lets go. Ours alone; other products answer 1194, and are
 * read all the same (docs/secondary-servers.md).
 */
export const gatehouseHierarchyClass: MethodClass = {
  Announce: {
    needs: 'servers:write',
    run: async (call) => {
      requireMain(call);
      const { args, administration } = call;
      const round = args.int('nRoundSeconds') ?? LEAST_ROUND_SECONDS;
      const outcome = await administration.hierarchy.primary.announced({
        instanceId: idOf(required(args.string('strInstanceId'), 'strInstanceId')),
        name: required(args.string('strName'), 'strName').slice(0, 100) || 'Administration Server',
        above: (args.strings('vecAbove') ?? []).slice(0, MOST_ABOVE).map(idOf),
        roundSeconds: Math.min(Math.max(round, LEAST_ROUND_SECONDS), MOST_ROUND_SECONDS),
      });
      if (outcome.kind === 'loop') {
        throw pxgError('notPermitted', 'The calling server stands below this one', { subcode: announceRefusals.loop });
      }
      if (outcome.kind === 'other-primary') {
        throw pxgError('notPermitted', `“${outcome.name}” stands above this server`, {
          subcode: announceRefusals.otherPrimary,
        });
      }
      return {};
    },
  },
  Leave: {
    needs: 'servers:write',
    run: async (call) => {
      requireMain(call);
      const { args, administration } = call;
      await administration.hierarchy.primary.left(idOf(required(args.string('strInstanceId'), 'strInstanceId')));
      return {};
    },
  },
};
