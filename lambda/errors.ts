/**
 * What an operator must tell apart. The names are a contract: alarms, saved log queries and the runbook use them.
 * Each message says what is wrong, what was received and what to do about it.
 */
export abstract class ExporterError extends Error {
  abstract override readonly name: string;
}

/** The event that asks for a snapshot is not valid. Nothing was called, nothing written. */
export class BadEventError extends ExporterError {
  override readonly name = 'BadEventError';
  /** A mistake in the input: where in the code it was noticed helps nobody. */
  override readonly stack: undefined;
}

/** An environment variable of the function is absent or malformed. */
export class BadEnvironmentError extends ExporterError {
  override readonly name = 'BadEnvironmentError';
}

/** AWS refused who asked: no permission for `iot:ListJobs`. */
export class AccessDeniedError extends ExporterError {
  override readonly name = 'AccessDeniedError';
}

/** There are no credentials, or they have expired or are not valid. */
export class CredentialsError extends ExporterError {
  override readonly name = 'CredentialsError';
}

/** AWS IoT refused the request itself, as a filter that it does not take. */
export class RequestRefusedError extends ExporterError {
  override readonly name = 'RequestRefusedError';
}

/** ListJobs kept throttling after all retries. */
export class ThrottledOutError extends ExporterError {
  override readonly name = 'ThrottledOutError';
}

/** AWS IoT did not answer, or answered with an error of its own or with nonsense, after all retries. */
export class ServiceUnavailableError extends ExporterError {
  override readonly name = 'ServiceUnavailableError';
}

/** The thing group asked for does not exist. The core catches it and records the group as missing. */
export class ThingGroupNotFoundError extends ExporterError {
  override readonly name = 'ThingGroupNotFoundError';
}

/** A thing group was deleted while it was being listed: some of its jobs were seen, the rest cannot be. */
export class ThingGroupDeletedError extends ExporterError {
  override readonly name = 'ThingGroupDeletedError';
}

/** ListJobs gave a `nextToken` for the second time in a listing: following it would never end. */
export class RepeatedTokenError extends ExporterError {
  override readonly name = 'RepeatedTokenError';
}

/** The listing would not end before the function is stopped. */
export class OutOfTimeError extends ExporterError {
  override readonly name = 'OutOfTimeError';
}

/** The store refused: no permission, no such bucket, no space. */
export class StoreRefusedError extends ExporterError {
  override readonly name = 'StoreRefusedError';
}

/** The store did not answer, or answered with an error of its own, after all retries. */
export class StoreUnavailableError extends ExporterError {
  override readonly name = 'StoreUnavailableError';
}

/** Rows stand without a record, and the intent that would complete them is gone. */
export class OrphanedRowsError extends ExporterError {
  override readonly name = 'OrphanedRowsError';
}
