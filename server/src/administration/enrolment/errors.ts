import { NotSignedIn } from '../../platform/errors/index.ts';

/** The token is unknown, used up, expired or revoked; which of them is nobody's business outside. */
export const badEnrolmentToken = () =>
  new NotSignedIn(
    'This enrolment token is not valid (any more); make a new one on the tenant’s page and try again',
    'enrolment.bad-token',
  );
