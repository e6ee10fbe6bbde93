import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { failureOf } from './failure.ts';

/** Prints an error and exits with its code. Commander has already printed its own errors. */
export function exitOn(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  const { text, exitCode } = failureOf(error);
  console.error(text);
  process.exit(exitCode);
}
