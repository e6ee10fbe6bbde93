/** What was asked for on the command line, or by a setting, cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
