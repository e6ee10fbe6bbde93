import { ExporterError } from '../../lambda/errors.ts';

/** What is kept cannot be read as snapshots: something is missing or damaged. */
export class UnreadableHistoryError extends ExporterError {
  override readonly name = 'UnreadableHistoryError';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what}: npm run verify says what is wrong with the history`, options);
  }
}
