/**
 * What an operator must tell apart. The names are a contract: alarms, saved log queries and the runbook use them.
 * Each message says what is wrong, what was received and what to do about it.
 */
export abstract class ExporterError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Each class has its name as a static field, which the minifier leaves: Lambda reports `constructor.name`, too.
    this.name = new.target.name;
  }
}

/** The event that asks for a snapshot is not valid. Nothing was called, nothing written. */
export class BadEventError extends ExporterError {
  static override readonly name: string = 'BadEventError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // A mistake in the input: where in the code it was noticed helps nobody. Not `undefined`: Lambda's runtime client
    // splits the stack into lines, and without one drops the message.
    this.stack = `${this.name}: ${message}`;
  }
}

/** An environment variable of the function is absent or malformed. */
export class BadEnvironmentError extends ExporterError {
  static override readonly name: string = 'BadEnvironmentError';
}

/** AWS refused who asked: no permission for `iot:ListJobs`, or `iot:DescribeJob`. */
export class AccessDeniedError extends ExporterError {
  static override readonly name: string = 'AccessDeniedError';
}

/** There are no credentials, or they have expired or are not valid. */
export class CredentialsError extends ExporterError {
  static override readonly name: string = 'CredentialsError';
}

/** AWS IoT refused the request itself, as a filter that it does not take. */
export class RequestRefusedError extends ExporterError {
  static override readonly name: string = 'RequestRefusedError';
}

/** AWS IoT kept throttling after all retries. */
export class ThrottledOutError extends ExporterError {
  static override readonly name: string = 'ThrottledOutError';
}

/** AWS IoT did not answer, or answered with an error of its own or with nonsense, after all retries. */
export class ServiceUnavailableError extends ExporterError {
  static override readonly name: string = 'ServiceUnavailableError';
}

/** The thing group asked for does not exist. The core catches it and records the group as missing. */
export class ThingGroupNotFoundError extends ExporterError {
  static override readonly name: string = 'ThingGroupNotFoundError';
}

/** A thing group was deleted while it was being listed: some of its jobs were seen, the rest cannot be. */
export class ThingGroupDeletedError extends ExporterError {
  static override readonly name: string = 'ThingGroupDeletedError';
}

/** ListJobs gave a `nextToken` for the second time in a listing: following it would never end. */
export class RepeatedTokenError extends ExporterError {
  static override readonly name: string = 'RepeatedTokenError';
}

/** The listing would not end before the function is stopped. */
export class OutOfTimeError extends ExporterError {
  static override readonly name: string = 'OutOfTimeError';
}

/** Another snapshot came between this one and the one that it is compared with, and no time is left to list anew. */
export class OvertakenError extends ExporterError {
  static override readonly name: string = 'OvertakenError';
}

/** The store refused: no permission, no such bucket, no space. */
export class StoreRefusedError extends ExporterError {
  static override readonly name: string = 'StoreRefusedError';
}

/** The store did not answer, or answered with an error of its own, after all retries. */
export class StoreUnavailableError extends ExporterError {
  static override readonly name: string = 'StoreUnavailableError';
}

/** Rows stand without a record, and the intent that would complete them is gone. */
export class OrphanedRowsError extends ExporterError {
  static override readonly name: string = 'OrphanedRowsError';
}

/** What stands under the key of a record is no record. */
export class DamagedRecordError extends ExporterError {
  static override readonly name: string = 'DamagedRecordError';
}

/** Step Functions refused to go on with a run: no permission, no such state machine. */
export class StateMachineRefusedError extends ExporterError {
  static override readonly name: string = 'StateMachineRefusedError';
}

/** Step Functions did not answer, or answered with an error of its own, after all retries. */
export class StateMachineUnavailableError extends ExporterError {
  static override readonly name: string = 'StateMachineUnavailableError';
}

/** Another attempt of the same invocation has begun, and goes on in its place. */
export class SupersededError extends ExporterError {
  static override readonly name: string = 'SupersededError';
}

/** An error as a line of a log gives it. */
export function reasonOf({ name, message }: Error): string {
  return `${name}: ${message}`;
}
