import { AppError } from '../errors/index.ts';

/** A sealed value cannot be opened: its key is gone, it was changed, or it belongs to another place. */
export class SecretUnreadable extends AppError {
  override readonly code = 'secret.unreadable';
  override readonly httpStatus = 409;
  constructor(why: string) {
    super(`A stored secret cannot be read (${why}); enter it again, or bring back the key file it was sealed with`);
  }
}

/** The key file is missing where one was promised, or holds something else. */
export class SecretKeyUnreadable extends AppError {
  override readonly code = 'secret.key-unreadable';
  override readonly httpStatus = 503;
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`The key file ${file} cannot be used: ${why}`, options);
  }
}
