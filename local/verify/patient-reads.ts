import { setTimeout as sleep } from 'node:timers/promises';
import { firstLine } from '../../lambda/aws/credentials-error.ts';
import { CredentialsError, ExporterError } from '../../lambda/errors.ts';
import { AbsentObjectError, BrokenBodyError } from './archive.ts';

/** Attempts to read a body that breaks off. A call as such is retried by the SDK already. */
const MAX_ATTEMPTS = 4;
const PAUSE_MS = 250;
/** So many objects one after the other without an answer in between: it is not the objects. */
const MAX_FAILURES_IN_A_ROW = 20;

/** What a read came to: a value, no such object, or why it failed. */
export type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly problem: string };

/**
 * Reads of an archive, some of which may fail: a body that breaks off is read again from its start, and what fails for
 * one object does not end the others.
 */
export class PatientReads {
  #hasAnswer = false;
  #failuresInARow = 0;
  #lastFailure: ExporterError | undefined;

  /**
   * @param read is called once for each attempt
   * @throws an {@link ExporterError} that concerns all objects: missing credentials, or one failure after the other
   */
  async of<T>(read: () => Promise<T>): Promise<Read<T>> {
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

  /** Call it at the end. @throws the last failure when there was no answer at all: then it concerns all objects. */
  throwIfNothingWasRead(): void {
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

/** What the service or the system said: the rest of the message names the object again. */
function reasonOf({ message, cause }: ExporterError): string {
  const { name, message: said } = (cause ?? {}) as Partial<Error>;
  return said === undefined ? message : `${name}: ${firstLine(said)}`;
}
