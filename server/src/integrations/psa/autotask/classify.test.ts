import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { fit } from './text.ts';

const codeOf = (status: number, text: string, writes = false): string =>
  classify({ status, texts: text === '' ? [] : [text], retryAfterSeconds: null, writes }).code;

describe('a failure of Autotask is known by its text', () => {
  it.each([
    [500, 'dueDateTime is required.; on record number [0].', 'psa.refused'],
    [500, '4 does not reference an existing entity for priority; on record number [0].', 'psa.reference-invalid'],
    [500, 'Reference value on field: companyID of type: Integer does not exist or is invalid', 'psa.reference-invalid'],
    [500, 'assignedResourceID and QueueID cannot all be empty. Supply a QueueID', 'psa.refused'],
    [500, 'You must assign both a assignedResourceID and assignedResourceRoleID', 'psa.refused'],
    [500, 'The logged in Resource does not have the adequate permissions', 'psa.right-missing'],
    [500, 'title must be less than or equal to 255 characters', 'psa.refused'],
    [500, 'The thread threshold of 3 threads has been exceeded', 'psa.busy'],
    [429, '', 'psa.busy'],
    [401, '', 'psa.login-refused'],
    [403, '', 'psa.right-missing'],
    [404, '', 'psa.refused'],
    [405, "The requested resource does not support http method 'GET'.", 'psa.refused'],
    [500, 'An unexpected error has occurred. Reference Error ID: 1.', 'psa.unavailable'],
    [503, '<html>', 'psa.unavailable'],
  ])('%i %s', (status, text, code) => {
    expect(codeOf(status, text)).toBe(code);
  });

  it('leaves open whether a write was stored that failed for no known reason', () => {
    expect(codeOf(500, 'An unexpected error has occurred.', true)).toBe('psa.outcome-unknown');
    expect(codeOf(504, '', true)).toBe('psa.outcome-unknown');
    expect(codeOf(500, 'title is required.', true)).toBe('psa.refused');
  });

  it('names the field of a value that is gone', () => {
    const fieldOf = (text: string) =>
      (classify({ status: 500, texts: [text], retryAfterSeconds: null, writes: true }) as { field?: string | null })
        .field;
    expect(fieldOf('4 does not reference an existing entity for priority; on record number [0].')).toBe('priority');
    expect(fieldOf('Reference value on field: companyID of type: Integer does not exist or is invalid')).toBe(
      'companyID',
    );
  });
});

describe('text for Autotask', () => {
  it('is cut with an ellipsis, whole characters only, and holds no control character but line break and tab', () => {
    expect(fit('a\u0000b\r\nc\td\u0085e', 100)).toBe('a b\nc\td e');
    expect(fit('x'.repeat(300), 255)).toHaveLength(255);
    expect(fit(`${'x'.repeat(253)}🦠🦠`, 255).isWellFormed()).toBe(true);
    expect(fit('\ud800', 5).isWellFormed()).toBe(true);
  });
});
