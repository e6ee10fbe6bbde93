import { Token } from 'aws-cdk-lib';
import * as v from 'valibot';
import type { CheckedConfig, CheckedExporterOptions, CheckedHistoryOptions } from './config.ts';
import { emailMistakes } from './email-rules.ts';
import { ConfigurationError } from './errors.ts';
import { exporterOptionsSchema } from './exporter-schema.ts';
import { expiryMistakes, historyMistakes } from './history-rules.ts';
import { historyOptionsSchema, queriedNamesSchema } from './history-schema.ts';
import { mistakesBetweenKeys } from './rules.ts';
import { configSchema } from './schema.ts';
import { stackNameMistakes } from './stack-names.ts';
import { mistakesOfTargets } from './target-rules.ts';
import { withoutAllowedTokens } from './tokens.ts';

/**
 * Checks a configuration and fills in the defaults.
 *
 * @param what name of the configuration in messages, such as its file
 * @throws ConfigurationError that lists every mistake
 */
export function checkConfig(config: unknown, what = 'The configuration'): CheckedConfig {
  return check(configSchema, config, what, (checked) => [
    ...mistakesBetweenKeys(checked),
    ...(checked.targets || checked.organization ? [] : emailMistakes(checked)),
    ...mistakesOfTargets(checked),
    ...historyMistakes(checked),
    ...expiryMistakes(checked),
    ...stackNameMistakes(checked),
  ]);
}

/** Checks the options of one exporter, as {@link checkConfig} does. */
export function checkExporterOptions(options: unknown, what: string): CheckedExporterOptions {
  return check(exporterOptionsSchema, options, what, (checked) => [
    ...mistakesBetweenKeys(checked),
    ...emailMistakes(checked),
  ]);
}

/** Checks the options of one history, as {@link checkConfig} does. */
export function checkHistoryOptions(options: unknown, what: string): CheckedHistoryOptions {
  return check(historyOptionsSchema, options, what, historyMistakes);
}

/** Checks the names of exports, accounts and Regions in the properties of a history. Tokens are not checked. */
export function checkQueriedNames(names: Readonly<Record<string, readonly string[]>>, what: string): void {
  const literalNames = Object.entries(names).map(([key, values]) => [
    key,
    values.filter((one) => !Token.isUnresolved(one)),
  ]);
  check(queriedNamesSchema, Object.fromEntries(literalNames), what, () => []);
}

function check<Checked>(
  schema: v.GenericSchema<unknown, Checked>,
  input: unknown,
  what: string,
  betweenKeys: (checked: Checked) => string[],
): Checked {
  const parsed = v.safeParse(schema, input);
  const issues = withoutAllowedTokens(parsed.issues ?? []);
  const mistakes = issues.map((issue) => [pathOf(issue), issue.message].filter(Boolean).join(' '));
  if (parsed.typed) mistakes.push(...betweenKeys(parsed.output));
  if (!parsed.typed || mistakes.length > 0) throw new ConfigurationError(what, mistakes);
  return parsed.output;
}

/** Path of the key with an issue, such as `exports[0].name`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
