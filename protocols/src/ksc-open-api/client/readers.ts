/** Every kind of result set of the server as a stream of rows. */
import type { PlainRow } from '../plain.ts';
import type { CallOptions } from './connection.ts';
import type { EventSearch, HostOfEvents } from './methods/events.ts';
import type { KeySearch } from './methods/licenses.ts';
import type { ViewSearch } from './methods/result-sets.ts';
import type { Search } from './methods/search.ts';
import type { HistorySearch, TaskSearch } from './methods/tasks.ts';
import type { KscMethods } from './methods.ts';
import { RELEASE_TIMEOUT_MS, type ResultSet, readThrough, withKeyFields } from './read-through.ts';

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Rows per call; default 500. */
  pageSize?: number | undefined;
}

const DEFAULT_PAGE_SIZE = 500;

export const resultSetReaders = (methods: KscMethods, currentLogin: () => number | undefined) => {
  const releasing = { timeoutMs: RELEASE_TIMEOUT_MS };
  const readSet = (set: Omit<ResultSet, 'currentLogin'>, pageSize = DEFAULT_PAGE_SIZE) =>
    readThrough({ ...set, currentLogin }, pageSize);

  const accessorSet =
    (name: 'findHosts' | 'findGroups' | 'findIncidents', keyFieldsOf: (search: Search) => readonly string[]) =>
    (search: Search, { signal, pageSize }: ReadOptions = {}) => {
      const keyFields = keyFieldsOf(search);
      const wanted = { ...search, fields: withKeyFields(search.fields, keyFields) };
      return readSet(
        {
          name,
          keyFields,
          open: async () => {
            const { accessor, count } = await methods.hostGroup[name](wanted, { signal });
            return { id: accessor, count: async () => count };
          },
          read: (id, start, count) => methods.chunkAccessor.getItemsChunk(id, { start, count }, { signal }),
          release: (id) => methods.chunkAccessor.release(id, releasing),
        },
        pageSize,
      );
    };

  const eventSet = (
    name: string,
    open: (fields: readonly string[], options: CallOptions) => Promise<string>,
    wantedFields: readonly string[],
    { signal, pageSize }: ReadOptions = {},
  ) => {
    const { eventProcessing } = methods;
    const keyFields = ['event_db_id'];
    return readSet(
      {
        name,
        keyFields,
        open: async () => {
          const id = await open(withKeyFields(wantedFields, keyFields), { signal });
          return { id, count: () => eventProcessing.getRecordCount(id, { signal }) };
        },
        read: (id, start, count) => eventProcessing.getRecordRange(id, { start, end: start + count - 1 }, { signal }),
        release: (id) => eventProcessing.releaseIterator(id, releasing),
      },
      pageSize,
    );
  };

  const keySet = (
    name: string,
    open: (fields: readonly string[], options: CallOptions) => Promise<{ iterator: string; count: number }>,
    { fields, keyFields }: { fields: readonly string[]; keyFields: readonly string[] },
    { signal, pageSize }: ReadOptions = {},
  ) =>
    readSet(
      {
        name,
        keyFields,
        open: async () => {
          const { iterator, count } = await open(withKeyFields(fields, keyFields), { signal });
          return { id: iterator, count: async () => count };
        },
        read: async (id, _start, count) => (await methods.groupSyncIterator.getNextItems(id, count, { signal })).rows,
        release: (id) => methods.groupSyncIterator.releaseIterator(id, releasing),
      },
      pageSize,
    );

  return {
    findHosts: accessorSet('findHosts', () => ['KLHST_WKS_HOSTNAME']),
    // The ids of another server's groups may be the same numbers.
    findGroups: accessorSet('findGroups', ({ slaveServerDepth }) =>
      slaveServerDepth ? ['id', 'KLSRVH_SRV_DN'] : ['id'],
    ),
    findIncidents: accessorSet('findIncidents', () => ['KLINCDT_ID']),

    events: ({ host, ...search }: EventSearch & { host?: HostOfEvents | undefined }, options?: ReadOptions) => {
      const { eventProcessingFactory: factory } = methods;
      const order = search.order ?? [{ name: 'event_db_id', ascending: true }];
      const open = (fields: readonly string[], callOptions: CallOptions) => {
        const wanted = { ...search, fields, order };
        return host
          ? factory.createEventProcessingForHost2(host, wanted, callOptions)
          : factory.createEventProcessing2(wanted, callOptions);
      };
      return eventSet('events', open, search.fields, options);
    },
    taskHistory: (task: string, search: HistorySearch, options?: ReadOptions) =>
      eventSet(
        'taskHistory',
        (fields, callOptions) => methods.tasks.getTaskHistory(task, { ...search, fields }, callOptions),
        search.fields,
        options,
      ),

    findTasks: (search: TaskSearch = {}, { signal }: ReadOptions = {}) =>
      readSet({
        name: 'findTasks',
        keyFields: ['TASK_UNIQUE_ID'],
        open: async () => ({ id: await methods.tasks.resetTasksIterator(search, { signal }) }),
        read: async (id): Promise<PlainRow[]> => {
          const task = await methods.tasks.getNextTask(id, { signal });
          return task === undefined ? [] : [task];
        },
        release: (id) => methods.tasks.releaseTasksIterator(id, releasing),
      }),

    findLicenseKeys: (search: KeySearch, options?: ReadOptions) =>
      keySet(
        'findLicenseKeys',
        (fields, callOptions) => methods.licenseKeys.enumKeys({ ...search, fields }, callOptions),
        { fields: search.fields, keyFields: ['KLLIC_SERIAL'] },
        options,
      ),
    findKeyHosts: (serial: string, search: KeySearch, options?: ReadOptions) =>
      keySet(
        'findKeyHosts',
        (fields, callOptions) => methods.licenseKeys.acquireKeyHosts(serial, { ...search, fields }, callOptions),
        {
          fields: search.fields,
          keyFields: ['KLLICSRV_HOSTNAME', 'KLLICSRV_PRODUCT', 'KLLICSRV_VERSION', 'KLLICSRV_HOST_CURRENT'],
        },
        options,
      ),

    readView: (
      { keyFields, ...search }: ViewSearch & { keyFields: readonly string[] },
      { signal, pageSize }: ReadOptions = {},
    ) => {
      const wanted = { ...search, fields: withKeyFields(search.fields, keyFields) };
      return readSet(
        {
          name: search.view,
          keyFields,
          open: async () => {
            const id = await methods.srvView.resetIterator(wanted, { signal });
            return { id, count: () => methods.srvView.getRecordCount(id, { signal }) };
          },
          read: (id, start, count) => methods.srvView.getRecordRange(id, { start, end: start + count - 1 }, { signal }),
          release: (id) => methods.srvView.releaseIterator(id, releasing),
        },
        pageSize,
      );
    },
  };
};
