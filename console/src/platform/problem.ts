import type { Problem } from '@gatehouse/contract';

/** A call that failed, in the words of the server, or of this console when the server could not be reached. */
export class ApiProblem extends Error {
  /** Stable and public; match on it. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly issues: Problem['issues'];
  readonly retryable: boolean;
  /** With it the line is found in the server's log. */
  readonly requestId: string | null;

  constructor(problem: Omit<Problem, 'requestId'> & { requestId: string | null; status: number }) {
    super(problem.message);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.issues = problem.issues;
    this.retryable = problem.retryable;
    this.requestId = problem.requestId;
  }
}

/** What the server said of one field of a form, or nothing. `where` ends in the field's name. */
export const issueOf = (problem: unknown, field: string): string | undefined =>
  problem instanceof ApiProblem
    ? problem.issues.find(({ where }) => where === field || where.endsWith(`.${field}`) || where.endsWith(`/${field}`))
        ?.what
    : undefined;
