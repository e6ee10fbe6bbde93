import { ExporterError } from '../lambda/errors.ts';

/** A service that a look asks refused: no permission, no such StackSet, database or table. */
export class ServiceRefusedError extends ExporterError {
  static override readonly name: string = 'ServiceRefusedError';
}

/** There are more keys below a prefix than exporters write. */
export class TooManyKeysError extends ExporterError {
  static override readonly name: string = 'TooManyKeysError';

  constructor(prefix: string, most: number) {
    super(
      `More than ${most} keys or folders are at ${prefix}, which no exporter writes: find out who does, in the account that the ` +
        'prefix names, and remove what does not belong there',
    );
  }
}

/** Some of a look failed; what is known all the same was written. */
export class IncompleteLookError extends ExporterError {
  static override readonly name: string = 'IncompleteLookError';

  constructor(failures: readonly Error[]) {
    const parts = failures.slice(0, MOST_SHOWN).map((failure) => `${failure.name}: ${failure.message}`);
    const more = failures.length > MOST_SHOWN ? `, and ${failures.length - MOST_SHOWN} more` : '';
    super(
      `The look is not complete: ${parts.join(' | ')}${more}. What is known was written, and the rest is as before`,
    );
    // Where in the code it was noticed helps nobody. Not `undefined`: Lambda's runtime client splits it into lines.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Failures that a message shows. */
const MOST_SHOWN = 5;
