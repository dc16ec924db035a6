/** What searches have in common: which objects, which attributes of them, in which order. */
import { orderParams, type SortField } from '../../arguments.ts';
import type { Filter } from '../../filter/index.ts';
import { printFilter } from '../../filter/index.ts';
import type { Params } from '../../values.ts';

export interface Search {
  /** Text of the filter language, or its tree; none = everything. */
  filter?: string | Filter | undefined;
  fields: readonly string[];
  order?: readonly SortField[] | undefined;
  /** Levels of slave servers to search too; none = this server only. */
  slaveServerDepth?: number | undefined;
  /** Only objects of the (virtual) server that was logged in to. */
  isCurrentServerOnly?: boolean | undefined;
  /** How long the server keeps the result between two reads; default 600 s. */
  lifetimeSec?: number | undefined;
}

export const DEFAULT_LIFETIME_SEC = 600;

export const filterText = (filter: Search['filter']): string =>
  typeof filter === 'object' ? printFilter(filter) : (filter ?? '');

export const searchArguments = (search: Search): Params => ({
  wstrFilter: filterText(search.filter),
  vecFieldsToReturn: search.fields,
  vecFieldsToOrder: orderParams(search.order ?? []),
  pParams: {
    KLSRVH_SLAVE_REC_DEPTH: search.slaveServerDepth,
    KLGRP_FIND_FROM_CUR_VS_ONLY: search.isCurrentServerOnly,
  },
  lMaxLifeTime: search.lifetimeSec ?? DEFAULT_LIFETIME_SEC,
});
