import { z } from 'zod';
import { Id } from '../common.ts';

/** The group of the API description that the Integration Service's calls are in. */
export const tag = 'PSA integration';
export const reads = { notAudited: 'reads only' } as const;
export const integrationParams = z.object({ integrationId: Id });
