import { expect, it } from 'vitest';
import {
  BadFormat,
  hostStatusReasonBits,
  localizedMessage,
  PxgError,
  parsePxgError,
  pxgError,
  reasonsInStatusMask,
  statusMaskOf,
  toPxgErrorBody,
} from './index.ts';

it('an error body always has all six members, since a public client crashes without them', () => {
  const body = toPxgErrorBody(new PxgError({ code: 1186, message: 'No such group' }));
  expect(body).toEqual({
    PxgError: { code: 1186, subcode: 0, module: 'KLSTD', file: 'KscOpenApi', line: 1, message: 'No such group' },
  });
});

it('an error survives the way over the wire, with its localised text', () => {
  const error = pxgError('notFound', 'Object 77 not found', {
    subcode: 2,
    file: 'HostGroup',
    locdata: { formatId: 3, format: 'Object %1 not found', locmodule: 'm', args: ['77'] },
  });
  const back = parsePxgError(JSON.parse(JSON.stringify(toPxgErrorBody(error))));
  expect({ ...back, message: back?.message }).toEqual({ ...error, message: error.message });
});

it('reads errors with members missing, and the message out of the localised text', () => {
  expect(parsePxgError({ PxgRetVal: 1 })).toBeUndefined();
  expect(parsePxgError(null)).toBeUndefined();
  expect(parsePxgError({ PxgError: { code: 1193 } })).toMatchObject({ code: 1193, subcode: 0, message: 'Error 1193' });
  expect(parsePxgError({ PxgError: 'broken' })).toMatchObject({ code: 0, message: 'broken' });
  expect(
    parsePxgError({
      PxgError: { code: 1, locdata: { type: 'params', value: { format: '%1 of %2, %3', args: ['a', 'b'] } } },
    }),
  ).toMatchObject({ message: 'a of b, %3' });
});

it('fills placeholders of two digits', () => {
  const args = Array.from({ length: 10 }, (_, index) => `a${index + 1}`);
  expect(localizedMessage({ formatId: 0, format: '%10 %1', locmodule: '', args })).toBe('a10 a1');
});

it('malformed input becomes the protocol error 1192', () => {
  expect(new BadFormat('a string is needed', 'strHostName').toPxgError('HostGroup')).toMatchObject({
    code: 1192,
    module: 'KLSTD',
    file: 'HostGroup',
    message: 'strHostName: a string is needed',
  });
});

it('a status mask tells its reasons, and reasons their mask', () => {
  expect(statusMaskOf(['databasesOutdated', 'protectionNotRunning'])).toBe(0x84);
  expect(reasonsInStatusMask(0x84)).toEqual(['protectionNotRunning', 'databasesOutdated']);
  const all = Object.keys(hostStatusReasonBits) as (keyof typeof hostStatusReasonBits)[];
  expect(reasonsInStatusMask(statusMaskOf(all))).toEqual(all);
  expect(statusMaskOf(all)).toBe(0xfffff);
});
