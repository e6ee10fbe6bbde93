import { ExporterError } from '../../lambda/errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { InterruptedError } from './interrupt.ts';
import { UsageError } from './usage-error.ts';

const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  BadEventError: EXIT.usage,
  RequestRefusedError: EXIT.usage,
  AccessDeniedError: EXIT.denied,
  CredentialsError: EXIT.denied,
  StoreRefusedError: EXIT.storeRefused,
};

/** Names of event fields and configuration keys in messages of the core, and the options that replace them. */
const OPTION_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^The event is not valid: /g, ''],
  [/(^|; )export(?= must)/g, '$1--export'],
  [/(^|; )scheduledTime(?= must)/g, '$1--at'],
  [/(^|; )statuses(\.\d+)?(?= must)/g, '$1--status'],
  [/(^|; )thingGroups(\.\d+)?(?= must)/g, '$1--thing-group'],
  [/(^|; )thingGroupIds(\.\d+)?(?= must)/g, '$1--thing-group-id'],
  [/(^|; )targetSelection(?= must)/g, '$1--target-selection'],
  [/(^|; )namespaceId(?= must)/g, '$1--namespace-id'],
  [/(^|; )details\.statuses(\.\d+)?(?= must)/g, '$1--status'],
  [/\bcallsPerSecond\b/g, '--rate'],
  [/\bdescribeCallsPerSecond\b/g, '--details-rate'],
  [/\bwith the same event\b/g, 'with the same --export and --at'],
];

export interface Failure {
  readonly exitCode: ExitCode;
  /** For stderr: one line, or a stack trace of an unexpected error. */
  readonly text: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof InterruptedError) {
    const exitCode = error.signalName === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    return { exitCode, text: 'Interrupted: the snapshot was not finished, and nothing of it was written' };
  }
  if (error instanceof UsageError) return { exitCode: EXIT.usage, text: `error: ${error.message}` };
  if (error instanceof ExporterError) {
    return { exitCode: EXIT_CODES[error.name] ?? EXIT.failed, text: `error: ${withOptionNames(error.message)}` };
  }
  if (isMissingDuckDb(error)) return { exitCode: EXIT.failed, text: NO_DUCKDB };
  return { exitCode: EXIT.failed, text: `unexpected ${error instanceof Error ? error.stack : String(error)}` };
}

const NO_DUCKDB =
  'error: DuckDB cannot be loaded. Its program for this platform is an optional dependency of @duckdb/node-bindings: remove ' +
  'node_modules, and install again on this platform, without --omit=optional';

/** npm leaves out the program with `--omit=optional`, and with a lock file that was written on another platform. */
function isMissingDuckDb(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return /^(ERR_)?MODULE_NOT_FOUND$/.test(String(error.code)) && error.message.includes('@duckdb/');
}

/** Replaces names of event fields in a message of the core with options of the command line. */
export function withOptionNames(message: string): string {
  return OPTION_NAMES.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), message);
}
