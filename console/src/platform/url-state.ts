import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { z } from 'zod';

/** Query strings as people write them: `?status=critical&status=warning`. */
export const parseQuery = (query: string): Record<string, string | string[]> => {
  const read: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const before = read[key];
    read[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return read;
};

export const writeQuery = (search: Record<string, unknown>): string => {
  const written = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== '') written.append(key, String(each));
    }
  }
  // The router goes to its own spelling when an address is spelled otherwise, and then draws the page twice.
  return written.size === 0 ? '' : `?${written.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
};

/** A parameter that may be missing; what cannot be read counts as missing, so that no address breaks a page. */
export const urlText = z.string().max(500).optional().catch(undefined);
export const urlNumber = z.coerce.number().int().optional().catch(undefined);
export const urlFlag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
  .optional()
  .catch(undefined);
export const urlOneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words).optional().catch(undefined);
/** A list; single values that do not fit are left out and the others kept. */
export const urlList = <T extends z.ZodType<string>>(item: T) =>
  z
    .preprocess(
      (value) =>
        value === undefined
          ? undefined
          : (Array.isArray(value) ? value : [value]).filter((each) => item.safeParse(each).success),
      z.array(item).optional(),
    )
    .catch(undefined);

/** What every list keeps in the address. */
export const listState = {
  /** Opaque: where this page of the list begins. */
  after: urlText,
  /** The chosen row, shown in the split panel. */
  selected: urlText,
  limit: z.coerce.number().int().min(1).max(200).optional().catch(undefined),
  columns: urlText,
};

/** Everything that changes what is seen is in the address: reads it and writes it. */
export const useUrlState = <S extends z.ZodObject>(schema: S) => {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const state = useMemo(() => schema.parse(raw) as z.output<S>, [schema, raw]);
  /** A change of a filter begins at the first page again and lets go of the chosen row. */
  const change = (patch: Partial<z.output<S>>, { replace = false }: { replace?: boolean } = {}) => {
    const touchesOnlyRow = Object.keys(patch).every((key) => key === 'selected' || key === 'columns' || key === 'tab');
    const restart = touchesOnlyRow ? {} : { after: undefined, selected: undefined };
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...restart, ...patch }),
      state: (before: object) => (touchesOnlyRow ? before : {}),
      replace,
      resetScroll: false,
    } as never);
  };
  return [state, change] as const;
};

/** Keyset pages: only forward is known, so the way back is kept in the history entry and survives a reload. */
export interface KeysetPages {
  /** Counted from 1. */
  page: number;
  goTo(page: number, next: string | null): void;
}

export const useKeysetPages = (after: string | undefined): KeysetPages => {
  const { state } = useLocation();
  const navigate = useNavigate();
  const kept = (state as { cursors?: string[] }).cursors;
  // A shared address has no history: it is "page 2" whose previous page is the first one.
  const cursors = after === undefined ? [] : kept?.at(-1) === after ? kept : [after];
  return {
    page: cursors.length + 1,
    goTo: (page, next) => {
      const way =
        page > cursors.length + 1 ? (next === null ? cursors : [...cursors, next]) : cursors.slice(0, page - 1);
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, after: way.at(-1), selected: undefined }),
        state: { cursors: way },
      } as never);
    },
  };
};
