import { PxgError } from '@gatehouse/protocols/ksc-open-api';
import type { TestAdministration } from './administration.ts';

export type OpenApiClient = ReturnType<TestAdministration['client']>;

/** Calls of the Open API as `admin`, or by a client of another user or virtual server. */
export const askingOf = (msp: () => TestAdministration) => {
  let admin: OpenApiClient | undefined;
  return async (
    method: string,
    args: object = {},
    client?: OpenApiClient,
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  ): Promise<any> => {
    admin ??= msp().client();
    return (client ?? admin).call(method, args as never);
  };
};

/** The code of the error that a call ends with; null: it ends well. */
export const pxgCodeOf = (work: Promise<unknown>): Promise<number | null> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
  );
