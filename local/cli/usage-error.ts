/** An option of the command line, or a setting, is invalid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
