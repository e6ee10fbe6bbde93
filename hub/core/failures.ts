import { ExporterError } from '../../lambda/errors.ts';

/** Collects the failures of a look, each message once: when S3 is down, all exports fail with the same message. */
export class Failures {
  readonly #byMessage = new Map<string, Error>();

  /** Adds a failure after which the look continues. */
  add(error: unknown): void {
    // Any other error is a bug.
    if (!(error instanceof ExporterError)) throw error;
    this.#byMessage.set(`${error.name} ${error.message}`, error);
  }

  get all(): readonly Error[] {
    return [...this.#byMessage.values()];
  }

  /** Returns the result of some work, or adds its failure and returns `undefined`. */
  async orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }
}
