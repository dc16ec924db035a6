/** Failures that we expect, by name. Whatever is thrown and is no `AppError` is a bug. */
export {
  AppError,
  Conflict,
  Forbidden,
  InvalidInput,
  type Issue,
  NotFound,
  NotSignedIn,
  TooMany,
  Unavailable,
} from './app-error.ts';
