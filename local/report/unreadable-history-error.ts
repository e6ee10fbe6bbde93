import { ExporterError } from '../../lambda/errors.ts';
import { commandName } from '../cli/called-as.ts';

/** The history cannot be read: something is missing or damaged. */
export class UnreadableHistoryError extends ExporterError {
  override readonly name = 'UnreadableHistoryError';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what}: ${commandName('verify')} says what is wrong with the history`, options);
  }
}
