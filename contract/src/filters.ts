import { z } from 'zod';

/** Parts that filters are made of; not for those who call. */

/** Text with `*` for any run of characters and `?` for one; upper and lower case are alike. */
export const Mask = z.string().trim().min(1, 'Type at least one character').max(256);

/** A list of which one is enough; empty asks nothing. */
export const few = <T extends z.ZodType>(item: T, most = 100) => z.array(item).max(most).default([]);

/** Null asks nothing. */
export const maybe = z.boolean().nullable().default(null);
