import type { EntitySpec, WriteVerb } from './entities/entity.ts';
import { entities } from './entities/list.ts';
import { noSuchMethod, noSuchPath } from './errors.ts';

/** What a request asks for, once path and method are understood. */
export type Operation =
  | { kind: 'query' | 'next' | 'previous' | 'count' | 'info' | 'fields' | 'udf'; spec: EntitySpec }
  | { kind: 'get'; spec: EntitySpec; id: number; parentId: number | null }
  | { kind: 'children'; spec: EntitySpec; parentId: number }
  | { kind: 'create' | 'patch' | 'put'; spec: EntitySpec; parentId: number | null }
  | { kind: 'delete'; spec: EntitySpec; id: number; parentId: number | null }
  | { kind: 'threshold' | 'all-entities'; spec: null };

type Kind = Operation['kind'];
interface Endpoint {
  /** Lower-case segments; `{id}` and `{parentId}` stand for numbers. */
  segments: string[];
  spec: EntitySpec | null;
  /** By method. */
  kinds: Map<string, Kind>;
}

const WRITE_KINDS: Record<WriteVerb, Kind> = { POST: 'create', PATCH: 'patch', PUT: 'put', DELETE: 'delete' };

const endpoint = (path: string, spec: EntitySpec | null, kinds: [string, Kind][]): Endpoint => ({
  segments: path.split('/').map((segment) => (segment.startsWith('{') ? segment : segment.toLowerCase())),
  spec,
  kinds: new Map(kinds),
});

const collectionWrites = (verbs: WriteVerb[]): [string, Kind][] =>
  verbs.filter((verb) => verb !== 'DELETE').map((verb) => [verb, WRITE_KINDS[verb]]);
const itemWrites = (verbs: WriteVerb[]): [string, Kind][] => (verbs.includes('DELETE') ? [['DELETE', 'delete']] : []);

const reads = (spec: EntitySpec, kind: Kind): [string, Kind][] => (spec.readable ? [['GET', kind]] : []);

const metadataEndpoints = (base: string, spec: EntitySpec): Endpoint[] => [
  endpoint(`${base}/entityInformation`, spec, [['GET', 'info']]),
  endpoint(`${base}/entityInformation/fields`, spec, [['GET', 'fields']]),
  // Entities without user-defined fields do not have this address at all.
  ...(spec.udfType === null ? [] : [endpoint(`${base}/entityInformation/userDefinedFields`, spec, [['GET', 'udf']])]),
];

const endpointsOf = (spec: EntitySpec): Endpoint[] => {
  const { name, child } = spec;
  const childBase = child && `${child.parent}/{parentId}/${child.path}`;
  const both = (kind: Kind): [string, Kind][] => [
    ['GET', kind],
    ['POST', kind],
  ];
  return [
    ...metadataEndpoints(name, spec),
    ...(spec.readable
      ? [
          endpoint(`${name}/query`, spec, both('query')),
          endpoint(`${name}/query/next`, spec, both('next')),
          endpoint(`${name}/query/previous`, spec, both('previous')),
          endpoint(`${name}/query/count`, spec, both('count')),
          endpoint(`${name}/{id}`, spec, [['GET', 'get'], ...itemWrites(spec.rootWrites)]),
        ]
      : []),
    // A collection without root writes has no address: writing there is 404, not 405.
    ...(spec.rootWrites.length > 0 ? [endpoint(name, spec, collectionWrites(spec.rootWrites))] : []),
    ...(child && childBase
      ? [
          ...metadataEndpoints(childBase, spec),
          endpoint(childBase, spec, [...reads(spec, 'children'), ...collectionWrites(child.writes)]),
          ...(spec.readable
            ? [endpoint(`${childBase}/{id}`, spec, [['GET', 'get'], ...itemWrites(child.writes)])]
            : []),
        ]
      : []),
  ];
};

const endpoints: Endpoint[] = [
  endpoint('ThresholdInformation', null, [['GET', 'threshold']]),
  endpoint('EntityInformation', null, [['GET', 'all-entities']]),
  ...entities.flatMap(endpointsOf),
];

const isId = (segment: string): boolean => /^-?\d{1,15}$/.test(segment);

const fits = ({ segments }: Endpoint, path: string[]): boolean =>
  segments.length === path.length &&
  segments.every((segment, index) => (segment.startsWith('{') ? isId(path[index] ?? '') : segment === path[index]));

/**
 * @param path segments below the version, in any casing
 * @throws ApiFailure 404 for an unknown path, 405 for a method that this path does not have
 */
export const resolve = (method: string, path: string[]): Operation => {
  const lower = path.map((segment) => segment.toLowerCase());
  const found = endpoints.find((one) => fits(one, lower));
  if (!found) throw noSuchPath(`/${path.join('/')}`);
  const kind = found.kinds.get(method);
  if (!kind) throw noSuchMethod(method);
  const numberAt = (name: string): number | null => {
    const index = found.segments.indexOf(name);
    return index === -1 ? null : Number(lower[index]);
  };
  const { spec } = found;
  const operation = { kind, spec, id: numberAt('{id}'), parentId: numberAt('{parentId}') };
  // The table above pairs each kind with the parts that its variant needs.
  return operation as Operation;
};
