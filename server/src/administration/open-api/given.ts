import { type Params, type ParamValue, pxgError, Typed } from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../groups/index.ts';
import type { ServerContext } from './context.ts';
import { isHostId } from './host-id.ts';

const isNaturalEmpty = (value: ParamValue): boolean => {
  if (value instanceof Typed) return value.value === '' || value.value === 0;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
};

/** As the wire has it, without a difference between a bare number and a wrapped one. */
const plain = (value: ParamValue | null | undefined): string =>
  JSON.stringify(value, (_name, inner: unknown) => (inner instanceof Typed ? inner.value : inner)) ?? '';

/**
 * Refuses to set what cannot be set here, rather than to pass it over: a program must not take it for done. What is so
 * already, or empty as well, may be given: programs read all of an object, change a member and write all back.
 *
 * @param settable names that the method itself deals with
 * @param now the object's attributes as they are told
 * @throws PxgError 1193
 */
export const refuseOthers = (given: Params, settable: readonly string[], now: Params, member: string): void => {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || settable.includes(name)) continue;
    const held = Object.hasOwn(now, name) ? now[name] : undefined;
    if (plain(held) === plain(value)) continue;
    if ((held === undefined || held === null || isNaturalEmpty(held)) && isNaturalEmpty(value)) continue;
    throw pxgError('notPermitted', `${member}.${name} cannot be set on this server`);
  }
};

/** @throws PxgError 1186, also for a group of another server than the login's */
export const requireGroup = ({ groups }: ServerContext, id: number): Group => {
  const group = groups.get(id);
  if (!group) throw pxgError('notFound', `There is no group ${id}`);
  return group;
};

/** Ids of hosts, each once. @throws PxgError 1186 for what can be no host's id */
export const requireHostIds = (names: readonly string[]): string[] => {
  const wrong = names.find((name) => !isHostId(name));
  if (wrong !== undefined) throw pxgError('notFound', `There is no host ${wrong}`);
  return [...new Set(names.map((name) => name.toLowerCase()))];
};

/** The tenant's group for devices that lie nowhere else. */
export const unassignedGroupOf = ({ groups }: ServerContext, tenantId: string): Group | undefined =>
  [...groups.values()].find((group) => group.tenantId === tenantId && group.kind === 'unassigned');

interface Schema<T> {
  safeParse: (
    value: unknown,
  ) => { success: true; data: T } | { success: false; error: { issues: { message: string }[] } };
}

/** What the console's API would take too, and nothing else. @throws PxgError 1192 */
export const checkedBy = <T>(schema: Schema<T>, value: unknown, where: string): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw pxgError('badFormat', `${where}: ${result.error.issues[0]?.message ?? 'is not right'}`);
};
