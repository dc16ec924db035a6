import {
  PsaBusy,
  type PsaError,
  PsaLoginRefused,
  PsaOutcomeUnknown,
  PsaReferenceInvalid,
  PsaRefused,
  PsaRightMissing,
  PsaUnavailable,
} from '../errors.ts';

/** An answer that is no success, as far as it could be read. */
export interface FailedAnswer {
  status: number;
  /** The texts of `errors[]`, or the plain body, or empty. */
  texts: string[];
  retryAfterSeconds: number | null;
  /** The request may have changed something. */
  writes: boolean;
}

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** The field that a reference error names, in one of its two wordings. */
const fieldOf = (text: string): string | null =>
  text.match(/Reference value on field: (\w+)/i)?.[1] ??
  text.match(/does not reference an existing entity for:? (\w+)/i)?.[1] ??
  text.match(/\b(\w+) does not exist or is invalid/i)?.[1] ??
  null;

const says = (text: string, ...parts: RegExp[]): boolean => parts.some((part) => part.test(text));

/**
 * What a failure means. Autotask answers 500 to almost everything, so the text decides and the status only helps.
 * A 500 on a write that no known text explains may have been stored all the same.
 */
export const classify = ({ status, texts, retryAfterSeconds, writes }: FailedAnswer): PsaError => {
  const said = cut(texts.join('; ').trim(), 1000);
  const quote = said === '' ? `status ${status}` : said;
  const detail = { answer: `${status}: ${said === '' ? '(empty)' : said}` };

  if (says(said, /thread threshold/i, /Itgenatr005/i)) {
    return new PsaBusy('Autotask is answering too many requests of this integration at once', {
      ...detail,
      retryAfterSeconds: retryAfterSeconds ?? 2,
    });
  }
  if (status === 429) {
    return new PsaBusy(
      'The hourly request limit of the Autotask database is used up, by all its integrations together',
      {
        ...detail,
        retryAfterSeconds: retryAfterSeconds ?? 60,
      },
    );
  }
  if (status === 401) {
    return new PsaLoginRefused(
      'Autotask refuses the login: check API user name, secret and that the user is active, then save the integration again',
      detail,
    );
  }
  if (status === 403 || says(said, /adequate permissions/i, /not authori[sz]ed/i)) {
    return new PsaRightMissing(`The API user lacks a right in Autotask: ${quote}`, detail);
  }
  if (says(said, /IntegrationCode/i, /tracking identifier/i)) {
    return new PsaLoginRefused(`Autotask refuses the tracking identifier: ${quote}`, detail);
  }
  if (says(said, /does not reference an existing entity/i, /does not exist or is invalid/i)) {
    const field = fieldOf(said);
    return new PsaReferenceInvalid(
      `A chosen value is gone or inactive in Autotask${field ? ` (field ${field})` : ''}: ${quote}`,
      { ...detail, field },
    );
  }
  if (
    says(
      said,
      /is required/i,
      /cannot all be empty/i,
      /must assign both/i,
      /cannot be associated with/i,
      /Unable to find .* in the .* Entity/i,
      /Conversion failed/i,
      /Unexpected character encountered/i,
      /must be less than or equal to \d+ characters/i,
      /No matching records found/i,
      /must be between/i,
      /cannot be less than 0/i,
      /must reference a contract of type/i,
      /The contract of the adjustment is not active/i,
      /approved and posted/i,
    )
  ) {
    return new PsaRefused(`Autotask refuses the request: ${quote}`, detail);
  }
  if (status === 400 || status === 404 || status === 405 || status === 409) {
    return new PsaRefused(`Autotask does not take this request (status ${status}): ${quote}`, detail);
  }
  if (writes) {
    return new PsaOutcomeUnknown(`Autotask failed while it was writing: ${quote}`, detail);
  }
  return new PsaUnavailable(`Autotask cannot answer just now: ${quote}`, detail);
};
