import { ExporterError } from '../../lambda/errors.ts';

/** What failed in a look, each failure once: when S3 is away, all exports fail alike. */
export class Failures {
  readonly #byMessage = new Map<string, Error>();

  /** Takes a failure that a look goes on after. */
  add(error: unknown): void {
    // A mistake of ours is no failure of a part.
    if (!(error instanceof ExporterError)) throw error;
    this.#byMessage.set(`${error.name} ${error.message}`, error);
  }

  get all(): readonly Error[] {
    return [...this.#byMessage.values()];
  }

  /** The result of some work, or `undefined` where it failed. */
  async orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }
}
