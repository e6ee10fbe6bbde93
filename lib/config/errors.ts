/** A mistake of the person who deploys: its message is the whole story, and a stack trace would only hide it. */
export class UsageError extends Error {
  /** Tells it from other errors. */
  override readonly name: string = 'UsageError';
}

/** A configuration that breaks rules. The message lists every mistake, a line each. */
export class ConfigurationError extends UsageError {
  /** Tells it from other errors. */
  override readonly name = 'ConfigurationError';
  /** Each mistake: the key, the rule with its mend, and the value received. */
  readonly mistakes: readonly string[];

  constructor(what: string, mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    super([`${what} has ${count}:`, ...mistakes.map((mistake) => `  - ${mistake}`)].join('\n'));
    this.mistakes = mistakes;
  }
}
