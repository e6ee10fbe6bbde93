import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { failureOf } from './failure.ts';

/** Ends the command with what the error means to whoever runs it. What commander has to say it has said. */
export function exitOn(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  const { text, exitCode } = failureOf(error);
  console.error(text);
  process.exit(exitCode);
}
