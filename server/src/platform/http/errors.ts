import { AppError } from '../errors/index.ts';

/** Another program listens on the port already. */
export class PortTaken extends AppError {
  override readonly code = 'port.taken';
  override readonly httpStatus = 503;
  constructor(address: string, port: number, options?: ErrorOptions) {
    super(`Port ${port} on ${address} is in use by another program; stop it or choose another port`, options);
  }
}

/** The port or address cannot be listened on by this user or machine. */
export class CannotListen extends AppError {
  override readonly code = 'port.cannot-listen';
  override readonly httpStatus = 503;
  constructor(address: string, port: number, why: string, options?: ErrorOptions) {
    super(`Cannot listen on ${address}, port ${port}: ${why}`, options);
  }
}

/** The call was carried out, but the record of it could not be written. Not retryable: it would be done twice. */
export class AuditNotWritten extends AppError {
  override readonly code = 'audit.not-written';
  override readonly httpStatus = 503;
  constructor(options?: ErrorOptions) {
    super('The call was carried out, but its audit line could not be written; look at the server log', options);
  }
}

/** The server is stopping; nothing new is begun. */
export class Stopping extends AppError {
  override readonly code = 'server.stopping';
  override readonly httpStatus = 503;
  override readonly retryable = true;
  constructor() {
    super('The server is stopping; try again when it runs');
  }
}
