import { statusOf } from './attempts.ts';
import { firstLine } from './credentials-error.ts';

/** Facts about a failed call, for an error message. */
export interface Failure {
  /** Name of the error, as the service gives it. */
  readonly name: string;
  /** The name and the first line of the service's own message. */
  readonly serviceMessage: string;
  /** HTTP status of the answer; `undefined` without an answer. */
  readonly status: number | undefined;
  /** Options for the error that is thrown instead. */
  readonly cause: { readonly cause: unknown };
}

/** Reads an error of the AWS SDK, or any other thrown value. */
export function failureOf(error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, serviceMessage: `${name}: ${firstLine(message)}`, status: statusOf(error), cause: { cause: error } };
}
