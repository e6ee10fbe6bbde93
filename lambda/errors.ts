/**
 * Base class of the errors that an operator has to distinguish. The names are a contract: alarms, saved log queries and the
 * runbook use them. Each message says what is wrong, what was received and what to do about it.
 */
export abstract class ExporterError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Each class has its name as a static field, which the minifier keeps: Lambda reports `constructor.name`.
    this.name = new.target.name;
  }
}

/** The event is not valid. Nothing was called or written. */
export class BadEventError extends ExporterError {
  static override readonly name: string = 'BadEventError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // The mistake is in the input, so the place in the code is of no use. Not `undefined`: Lambda's runtime client splits the
    // stack into lines, and drops the message if there is none.
    this.stack = `${this.name}: ${message}`;
  }
}

/** An environment variable of the function is absent or malformed. */
export class BadEnvironmentError extends ExporterError {
  static override readonly name: string = 'BadEnvironmentError';
}

/** No permission for `iot:ListJobs` or `iot:DescribeJob`. */
export class AccessDeniedError extends ExporterError {
  static override readonly name: string = 'AccessDeniedError';
}

/** The credentials are missing, expired or not valid. */
export class CredentialsError extends ExporterError {
  static override readonly name: string = 'CredentialsError';
}

/** AWS IoT refused the request itself, for example a filter. */
export class RequestRefusedError extends ExporterError {
  static override readonly name: string = 'RequestRefusedError';
}

/** AWS IoT kept throttling after all retries. */
export class ThrottledOutError extends ExporterError {
  static override readonly name: string = 'ThrottledOutError';
}

/** AWS IoT did not answer, or answered with a server error or an invalid answer, after all retries. */
export class ServiceUnavailableError extends ExporterError {
  static override readonly name: string = 'ServiceUnavailableError';
}

/** The requested thing group does not exist. The core catches the error and records the group as missing. */
export class ThingGroupNotFoundError extends ExporterError {
  static override readonly name: string = 'ThingGroupNotFoundError';
}

/** A thing group was deleted while it was being listed: only some of its jobs were listed. */
export class ThingGroupDeletedError extends ExporterError {
  static override readonly name: string = 'ThingGroupDeletedError';
}

/** ListJobs returned the same `nextToken` twice in a listing: following it would never end. */
export class RepeatedTokenError extends ExporterError {
  static override readonly name: string = 'RepeatedTokenError';
}

/** The time of the run is over. */
export class OutOfTimeError extends ExporterError {
  static override readonly name: string = 'OutOfTimeError';
}

/** Another snapshot was completed between this one and its predecessor, and no time is left to list anew. */
export class OvertakenError extends ExporterError {
  static override readonly name: string = 'OvertakenError';
}

/** The store refused the request: no permission, no such bucket, no space. */
export class StoreRefusedError extends ExporterError {
  static override readonly name: string = 'StoreRefusedError';
}

/** The store did not answer, or answered with a server error, after all retries. */
export class StoreUnavailableError extends ExporterError {
  static override readonly name: string = 'StoreUnavailableError';
}

/** Rows exist without a record, and the intent that would complete them cannot be used. */
export class OrphanedRowsError extends ExporterError {
  static override readonly name: string = 'OrphanedRowsError';
}

/** The object under a record's key is not a valid record. */
export class DamagedRecordError extends ExporterError {
  static override readonly name: string = 'DamagedRecordError';
}

/** Step Functions refused the request: no permission, no such state machine. */
export class StateMachineRefusedError extends ExporterError {
  static override readonly name: string = 'StateMachineRefusedError';
}

/** Step Functions did not answer, or answered with a server error, after all retries. */
export class StateMachineUnavailableError extends ExporterError {
  static override readonly name: string = 'StateMachineUnavailableError';
}

/** Another attempt of the same run has begun and continues in its place. */
export class SupersededError extends ExporterError {
  static override readonly name: string = 'SupersededError';
}

/** An error in one line, for logs. */
export function reasonOf({ name, message }: Error): string {
  return `${name}: ${message}`;
}
