import { getSystemLogState } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import type { SystemLog } from './system-log.ts';

export const systemLogRoutes = (http: Http, { systemLog }: { systemLog: SystemLog }): void => {
  route(http, getSystemLogState, () => systemLog.state());
};
