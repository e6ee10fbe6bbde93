import { statusOf } from './attempts.ts';
import { firstLine } from './credentials-error.ts';

/** What a call that failed says of itself, for a message. */
export interface Failure {
  /** Name of the error, as the service gives it. */
  readonly name: string;
  /** The name and the first line of the service's own message. */
  readonly serviceMessage: string;
  /** Status of the answer; `undefined` where none came. */
  readonly status: number | undefined;
  /** Option of the error that is made of it. */
  readonly cause: { readonly cause: unknown };
}

/** Reads an error of the AWS SDK, or whatever else was thrown. */
export function failureOf(error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, serviceMessage: `${name}: ${firstLine(message)}`, status: statusOf(error), cause: { cause: error } };
}
