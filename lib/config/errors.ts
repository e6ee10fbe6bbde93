/** A mistake in the configuration or in the use of the constructs. The message is shown without a stack trace. */
export class UsageError extends Error {
  /** Name of the error. */
  override readonly name: string = 'UsageError';
}

/** A configuration that breaks rules. The message lists every mistake, a line each. */
export class ConfigurationError extends UsageError {
  /** Name of the error. */
  override readonly name = 'ConfigurationError';
  /** The mistakes. Each has the key, the rule, how to correct it, and the value received. */
  readonly mistakes: readonly string[];

  constructor(what: string, mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    super([`${what} has ${count}:`, ...mistakes.map((mistake) => `  - ${mistake}`)].join('\n'));
    this.mistakes = mistakes;
  }
}
