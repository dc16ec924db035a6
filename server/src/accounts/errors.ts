import { AppError, Conflict, NotSignedIn } from '../platform/errors/index.ts';

/** Name or password is wrong, or the account is disabled: the three cannot be told apart from outside. */
export class WrongPassword extends NotSignedIn {
  constructor() {
    super('Name or password is wrong', 'session.wrong-password');
  }
}

/** The first administrator exists already, or the token is not the one that was printed last. */
export class SetupNotPossible extends AppError {
  override readonly code = 'setup.not-possible';
  override readonly httpStatus = 403;
  constructor() {
    super('The set-up token is wrong or was used already; the server prints a new one when it starts without users');
  }
}

export class NameTaken extends Conflict {
  constructor(name: string) {
    super('user.name-taken', `There is a user ${name} already; choose another name`);
  }
}

/** Without an administrator nobody could let anybody in again. */
export class LastAdministrator extends Conflict {
  constructor() {
    super(
      'user.last-administrator',
      'This is the last administrator for all tenants; make another one before you limit or disable this one',
    );
  }
}
