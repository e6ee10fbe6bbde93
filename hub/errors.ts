import { ExporterError } from '../lambda/errors.ts';

/** AWS CloudFormation or AWS Glue refused a call: no permission, or no such StackSet, database or table. */
export class ServiceRefusedError extends ExporterError {
  static override readonly name: string = 'ServiceRefusedError';
}

/** More keys are below a prefix than exporters write. */
export class TooManyKeysError extends ExporterError {
  static override readonly name: string = 'TooManyKeysError';

  constructor(prefix: string, most: number) {
    super(
      `More than ${most} keys or folders are at ${prefix}, which no exporter writes: find out who does, in the account that the ` +
        'prefix names, and remove what does not belong there',
    );
  }
}

/** Parts of a look failed. The other parts were written. */
export class IncompleteLookError extends ExporterError {
  static override readonly name: string = 'IncompleteLookError';

  constructor(failures: readonly Error[]) {
    const parts = failures.slice(0, MAX_SHOWN).map((failure) => `${failure.name}: ${failure.message}`);
    const more = failures.length > MAX_SHOWN ? `, and ${failures.length - MAX_SHOWN} more` : '';
    super(
      `The look is not complete: ${parts.join(' | ')}${more}. What is known was written, and the rest is as before`,
    );
    // A stack trace helps nobody here. Not `undefined`: Lambda's runtime client splits the stack into lines.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Maximum of failures in a message. */
const MAX_SHOWN = 5;
