import type { StatusLevel, StatusPreview } from '@gatehouse/contract';
import type { Decidable } from '../devices/index.ts';
import { type DecisionContext, decideStatus } from './decide.ts';
import type { Rule } from './rules.ts';

const MOST_EXAMPLES = 10;
const gravity = { ok: 0, warning: 1, critical: 2 } as const satisfies Record<StatusLevel, number>;
const levels = ['ok', 'warning', 'critical'] as const;

/**
 * What other rules would make of devices, as the devices are now. Both sides are decided here, so that the answer is
 * about the rules alone and not about what is on its way. Give it one page of devices after the other.
 */
export const previewOf = (context: Omit<DecisionContext, 'rules'>) => {
  let devices = 0;
  const moves = new Map<string, number>();
  let examples: StatusPreview['examples'] = [];
  const weight = ({ from, to }: { from: StatusLevel; to: StatusLevel }) =>
    (gravity[to] > gravity[from] ? 10 : 0) + gravity[to];

  return {
    add: (page: readonly Decidable[], rulesNow: (groupId: number) => readonly Rule[], rulesThen: typeof rulesNow) => {
      for (const { state, decided } of page) {
        devices += 1;
        const [now, then] = [rulesNow(state.groupId), rulesThen(state.groupId)];
        if (now === then) continue;
        const from = decideStatus(state, decided, { ...context, rules: now }).level;
        const to = decideStatus(state, decided, { ...context, rules: then }).level;
        if (from === to) continue;
        moves.set(`${from} ${to}`, (moves.get(`${from} ${to}`) ?? 0) + 1);
        examples.push({ id: state.id, name: state.name, from, to });
      }
      examples = examples.toSorted((a, b) => weight(b) - weight(a)).slice(0, MOST_EXAMPLES);
    },

    result: (): StatusPreview => {
      const list = levels.flatMap((from) =>
        levels.flatMap((to) => {
          const count = moves.get(`${from} ${to}`);
          return count === undefined ? [] : [{ from, to, devices: count }];
        }),
      );
      const sum = (isIn: (move: (typeof list)[number]) => boolean) =>
        list.filter(isIn).reduce((total, move) => total + move.devices, 0);
      return {
        devices,
        moves: list,
        worse: sum(({ from, to }) => gravity[to] > gravity[from]),
        better: sum(({ from, to }) => gravity[to] < gravity[from]),
        examples,
      };
    },
  };
};
