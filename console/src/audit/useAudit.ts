import { listAudit } from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk } from '../api/index.ts';
import { listState, urlText } from '../platform/index.ts';

export const AuditSearch = z.object({ ...listState, action: urlText, actor: urlText });
export type AuditSearch = z.output<typeof AuditSearch>;

export const useAudit = ({ limit, after, action, actor }: AuditSearch) =>
  useAsk(listAudit, { query: { limit, after, action, actor } }, { keep: true });
