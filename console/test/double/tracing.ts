import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';

/** Tracing of the double: off at first in an empty installation, on since yesterday in a full one. */
export const answerTracing = ({ on }: HttpDouble, kind: 'full' | 'empty') => {
  let tracing: contract.Tracing =
    kind === 'full'
      ? {
          on: true,
          by: 'Ann',
          since: new Date(Date.now() - 2 * 86_400_000).toISOString(),
          isConfigured: false,
          files: [
            { name: 'integration-service.log', bytes: 734_003, changedAt: new Date().toISOString() },
            {
              name: 'integration-service.1.log',
              bytes: 10_485_000,
              changedAt: new Date(Date.now() - 3_600_000).toISOString(),
            },
          ],
        }
      : { on: false, by: null, since: null, isConfigured: false, files: [] };
  on(contract.getTracing, () => tracing);
  on(contract.putTracing, ({ body }) => {
    tracing = {
      ...tracing,
      on: body.on,
      by: body.on ? 'admin' : null,
      since: body.on ? new Date().toISOString() : null,
    };
    return tracing;
  });
  on(contract.deleteTraceFiles, () => {
    if (tracing.files.length === 0) throw new Refusal(404, 'trace-file.not-found', 'There are no trace files');
    tracing = { ...tracing, files: [] };
    return {};
  });
};
