/** What is known of a method: its arguments, what its reply holds, and how much a server needs it. */

/** `strings`: an array of strings. `rows`: an array of containers. `order`: an array of `{Name, Asc}`. */
export type ArgumentType =
  | 'string'
  | 'int'
  | 'long'
  | 'boolean'
  | 'dateTime'
  | 'binary'
  | 'params'
  | 'array'
  | 'strings'
  | 'rows'
  | 'order';

/** 1: monitoring programs cannot do without. 2: many use it. 3: special; a server may well answer 1194. */
export type Tier = 1 | 2 | 3;

export interface MethodSpec {
  tier: Tier;
  /** By name. Other spellings of a name, in documentation and clients, stand behind it: `nGroupId|nParent`. */
  args: Readonly<Record<string, ArgumentType>>;
  /** Members of the reply: `PxgRetVal` is the value, others are out-parameters. */
  reply: readonly string[];
  note?: string;
}

export type ClassSpec = Readonly<Record<string, MethodSpec>>;

/** @param reply names, separated by blanks; none = an empty object */
export const method = (tier: Tier, args: MethodSpec['args'] = {}, reply = '', note?: string): MethodSpec => ({
  tier,
  args,
  reply: reply === '' ? [] : reply.split(' '),
  ...(note !== undefined && { note }),
});
