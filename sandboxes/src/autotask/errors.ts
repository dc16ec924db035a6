/**
 * An answer of the API that is no success, as the real service words it. Most failures carry
 * `{ errors: [text] }`; route and method failures come from the web framework as `{ Message }`.
 */
export class ApiFailure extends Error {
  readonly status: number;
  /** JSON, or text when it is a string. An empty string is an empty body. */
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.name = 'ApiFailure';
    this.status = status;
    this.body = body;
  }
}

/** The overloaded 500: validation, permission, malformed input. Callers tell them apart by text. */
export const refused = (message: string): ApiFailure => new ApiFailure(500, { errors: [message] });

export const tooMany = (message: string): ApiFailure => new ApiFailure(429, { errors: [message] });

export const noSuchPath = (path: string): ApiFailure =>
  new ApiFailure(404, { Message: `No HTTP resource was found that matches the request URI '${path}'.` });

export const noSuchMethod = (method: string): ApiFailure =>
  new ApiFailure(405, { Message: `The requested resource does not support http method '${method}'.` });

export const noPermission = (verb: string, entity: string): ApiFailure =>
  refused(`The logged in Resource does not have the adequate permissions to ${verb} this entity type: ${entity}.`);

/** Failures of the sandbox itself (start, control API, page): `code` is stable, the text says what to do. */
export abstract class SandboxError extends Error {
  abstract readonly code: `sandbox.${string}`;
  abstract readonly httpStatus: 400 | 403 | 404 | 409 | 500;
}

export class PortTaken extends SandboxError {
  readonly code = 'sandbox.port_taken';
  readonly httpStatus = 500;
  constructor(host: string, port: number, options?: ErrorOptions) {
    super(`Port ${port} on ${host} is taken by another program; choose another with --port`, options);
  }
}

export class AddressUnusable extends SandboxError {
  readonly code = 'sandbox.address_unusable';
  readonly httpStatus = 500;
  constructor(host: string, port: number, reason: string, options?: ErrorOptions) {
    super(`Cannot listen on ${host} port ${port}: ${reason}; choose others with --host and --port`, options);
  }
}

export class DataFileUnreadable extends SandboxError {
  readonly code = 'sandbox.data_file_unreadable';
  readonly httpStatus = 500;
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`The data file ${file} cannot be used: ${reason}. Move it away to start with the fixture`, options);
  }
}

export class BadControlRequest extends SandboxError {
  readonly code = 'sandbox.bad_request';
  readonly httpStatus = 400;
}

export class UnknownThing extends SandboxError {
  readonly code = 'sandbox.not_found';
  readonly httpStatus = 404;
}

export class NotLocal extends SandboxError {
  readonly code = 'sandbox.not_local';
  readonly httpStatus = 403;
}
