/** A failure that the agent expects. `code` is stable: scripts and tests match on it. */
export abstract class AgentError extends Error {
  abstract readonly code: `agent.${string}`;
  /** The same thing may succeed later. */
  readonly retryable: boolean = false;
}

/** Flags, environment and agent.json do not add up. */
export class BadSettings extends AgentError {
  readonly code = 'agent.bad_settings';
  readonly issues: { where: string; what: string }[];
  constructor(issues: { where: string; what: string }[]) {
    super(`Settings are not usable: ${issues.map(({ where, what }) => `${where}: ${what}`).join('; ')}`);
    this.issues = issues;
  }
}

/** A second agent on one state folder would mix two histories. */
export class StateInUse extends AgentError {
  readonly code = 'agent.state_in_use';
  constructor(stateDir: string) {
    super(`Another agent works with ${stateDir}; stop it first or give this one a state folder of its own`);
  }
}

/** A file of the state folder holds what no agent writes. */
export class StateDamaged extends AgentError {
  readonly code = 'agent.state_damaged';
  constructor(file: string, what: string) {
    super(`${file} cannot be read (${what}); move it away to start it anew`);
  }
}

/** There is no key and no token to get one with. */
export class NotEnrolled extends AgentError {
  readonly code = 'agent.not_enrolled';
  constructor() {
    super('This device is not enrolled; run `gatehouse-agent enrol --server URL --token TOKEN` first');
  }
}

/** The server refused this device's key earlier; nothing more is sent with it. */
export class KeyRefused extends AgentError {
  readonly code = 'agent.key_refused';
  override readonly retryable = true;
  constructor() {
    super('The server refuses the key of this device; events are kept. Enrol it again with a token');
  }
}

/** The server refused the enrolment token. */
export class EnrolmentRefused extends AgentError {
  readonly code = 'agent.enrolment_refused';
  constructor(why: string) {
    super(`The server refused the enrolment: ${why}`);
  }
}

/** No answer, or one that is not the server's: network, proxy, time-out. */
export class ServerUnreachable extends AgentError {
  readonly code = 'agent.server_unreachable';
  override readonly retryable = true;
}

/** The server's certificate is not the pinned one. Nothing was sent, above all not the key. */
export class CertificateMismatch extends AgentError {
  readonly code = 'agent.certificate_mismatch';
  override readonly retryable = true;
  constructor(expected: string, seen: string) {
    super(`The server shows a certificate with SHA-256 fingerprint ${seen}, not the configured ${expected}`);
  }
}

/** The proxy did not lead to the server. */
export class ProxyFailed extends AgentError {
  readonly code = 'agent.proxy_failed';
  override readonly retryable = true;
  constructor(proxy: string, why: string, options?: ErrorOptions) {
    super(`The proxy ${proxy} leads nowhere: ${why}`, options);
  }
}

/** The spool has no room for this event: the disk is full, or only weightier events are stored. */
export class SpoolFull extends AgentError {
  readonly code = 'agent.spool_full';
  override readonly retryable = true;
}

/** The scanner could not do its work at all (one file that fails is a verdict, not this). */
export class ScannerFailed extends AgentError {
  readonly code = 'agent.scanner_failed';
  override readonly retryable = true;
}

/** There is no scanner on this device. */
export class NoScanner extends AgentError {
  readonly code = 'agent.no_scanner';
  constructor() {
    super('No scanner is installed on this device; install ClamAV (clamav, clamav-daemon)');
  }
}

/** The service manager did not do what was asked; the unit file itself is written or removed. */
export class ServiceFailed extends AgentError {
  readonly code = 'agent.service_failed';
}

/** The command line asks for what there is not. */
export class BadUsage extends AgentError {
  readonly code = 'agent.bad_usage';
}

/** A running agent answered with a refusal. */
export class AgentRefused extends AgentError {
  readonly code = 'agent.refused';
}

/** Still busy after the time that the caller gave. */
export class NotIdle extends AgentError {
  readonly code = 'agent.not_idle';
  override readonly retryable = true;
}

/** The text of whatever was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The system's code of a failed call, as `ENOENT`. */
export const systemCodeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
