/** Reading replies: what a method is documented to return must be there. */
import { type ArgumentReader, readArguments } from '../arguments.ts';
import { BadFormat } from '../errors.ts';
import { type PlainRow, type PlainValue, toPlainRow, toPlainValue } from '../plain.ts';
import { isParams, type Params } from '../values.ts';
import type { Call, CallOptions } from './connection.ts';
import { NotOpenApi } from './errors.ts';

/** What the reply must hold. A missing part is an error, never an empty result: absence proves nothing. */
export const read = <T>(method: string, reply: Params, part: (members: ArgumentReader) => T | undefined): T => {
  try {
    const value = part(readArguments(reply));
    if (value !== undefined) return value;
  } catch (cause) {
    if (!(cause instanceof BadFormat)) throw cause;
    throw new NotOpenApi(`${method}: ${cause.message}`, 200, { cause });
  }
  throw new NotOpenApi(`${method}: the reply lacks what the method is documented to return`);
};

export const rowIn = (method: string, reply: Params): PlainRow =>
  toPlainRow(read(method, reply, () => (isParams(reply.PxgRetVal) ? reply.PxgRetVal : undefined)));

export const rowsIn = (method: string, reply: Params, member: string, inner?: string): PlainRow[] => {
  const outer = reply[member];
  const rows = inner === undefined ? outer : isParams(outer) ? outer[inner] : undefined;
  if (!Array.isArray(rows)) throw new NotOpenApi(`${method}: the reply has no array ${inner ?? member}`);
  return rows.map((row) => {
    if (!isParams(row)) throw new NotOpenApi(`${method}: a row is no container`);
    return toPlainRow(row);
  });
};

/** The shapes of reply that most methods share. Every function throws NotOpenApi when the reply lacks what it reads. */
export const replyReaders = (call: Call) => {
  const returned =
    <T>(part: (members: ArgumentReader) => T | undefined) =>
    async (method: string, args?: Params, options?: CallOptions): Promise<T> =>
      read(method, await call(method, args, options), part);

  return {
    done: async (method: string, args?: Params, options?: CallOptions): Promise<void> => {
      await call(method, args, options);
    },
    int: returned((reply) => reply.int('PxgRetVal')),
    boolean: returned((reply) => reply.boolean('PxgRetVal')),
    text: returned((reply) => reply.string('PxgRetVal')),
    /** The id of an action that goes on after the reply; older servers and clients spell its key in three ways. */
    actionId: returned((reply) => reply.string(['strActionGuid', 'wstrActionGuid', 'strRequestId', 'wstrRequestId'])),
    row: async (method: string, args?: Params, options?: CallOptions): Promise<PlainRow> =>
      rowIn(method, await call(method, args, options)),
    rows: async (method: string, args?: Params, options?: CallOptions): Promise<PlainRow[]> =>
      rowsIn(method, await call(method, args, options), 'PxgRetVal'),
    /** A list of strings or numbers. */
    list: async (method: string, args?: Params, options?: CallOptions): Promise<PlainValue[]> => {
      const { PxgRetVal: values } = await call(method, args, options);
      if (!Array.isArray(values)) throw new NotOpenApi(`${method}: the reply has no array PxgRetVal`);
      return values.map(toPlainValue);
    },
  };
};
export type ReplyReaders = ReturnType<typeof replyReaders>;
