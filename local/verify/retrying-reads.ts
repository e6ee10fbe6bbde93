import { setTimeout as sleep } from 'node:timers/promises';
import { firstLine } from '../../lambda/aws/credentials-error.ts';
import { CredentialsError, ExporterError } from '../../lambda/errors.ts';
import { AbsentObjectError, BrokenBodyError } from './archive.ts';

/** Attempts for a body that breaks off. Calls are retried by the SDK already. */
const MAX_ATTEMPTS = 4;
const PAUSE_MS = 250;
/** After so many failures in a row, the cause is not a single object. */
const MAX_FAILURES_IN_A_ROW = 20;

/** Result of a read. */
export type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly problem: string };

/**
 * Runs reads of an archive. A body that breaks off is read again from its start; the failure of one object does not
 * stop the others.
 */
export class RetryingReads {
  #hasAnswer = false;
  #failuresInARow = 0;
  #lastFailure: ExporterError | undefined;

  /**
   * @param read called once per attempt
   * @throws an {@link ExporterError} that concerns all objects: missing credentials, or too many failures in a row
   */
  async attempt<T>(read: () => Promise<T>): Promise<Read<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#answered({ kind: 'value', value: await read() });
      } catch (error) {
        if (error instanceof AbsentObjectError) return this.#answered({ kind: 'absent' });
        if (!(error instanceof ExporterError) || error instanceof CredentialsError) throw error;
        if (error instanceof BrokenBodyError && attempt < MAX_ATTEMPTS) {
          await sleep(PAUSE_MS * 2 ** attempt);
          continue;
        }
        return this.#failed(error);
      }
    }
  }

  /** To be called at the end. @throws the last failure if every read failed: then it concerns all objects. */
  throwIfAllFailed(): void {
    if (this.#lastFailure && !this.#hasAnswer) throw this.#lastFailure;
  }

  #answered<T>(read: Read<T>): Read<T> {
    this.#hasAnswer = true;
    this.#failuresInARow = 0;
    return read;
  }

  #failed(error: ExporterError): { readonly kind: 'failed'; readonly problem: string } {
    this.#lastFailure = error;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= MAX_FAILURES_IN_A_ROW) throw error;
    return { kind: 'failed', problem: `could not be read: ${reasonOf(error)}` };
  }
}

/** The message of the cause only: the message of the error names the object again. */
function reasonOf({ message, cause }: ExporterError): string {
  const { name, message: causeMessage } = (cause ?? {}) as Partial<Error>;
  return causeMessage === undefined ? message : `${name}: ${firstLine(causeMessage)}`;
}
