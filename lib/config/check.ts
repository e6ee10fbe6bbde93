import * as v from 'valibot';
import type { CheckedConfig, CheckedExporterOptions, CheckedHistoryOptions } from './config.ts';
import { ConfigurationError } from './errors.ts';
import { mistakesBetweenKeys } from './rules.ts';
import { configSchema, exporterOptionsSchema, historyOptionsSchema } from './schema.ts';
import { mistakesOfTargets } from './target-rules.ts';
import { mistakesButTokens } from './tokens.ts';

/**
 * Checks a configuration and fills in the defaults.
 *
 * @param what the configuration's name in messages, such as its file
 * @throws ConfigurationError that lists every mistake
 */
export function checkConfig(config: unknown, what = 'The configuration'): CheckedConfig {
  return check(configSchema, config, what, (checked) => [
    ...mistakesBetweenKeys(checked),
    ...mistakesOfTargets(checked),
  ]);
}

/** {@link checkConfig} for an exporter alone. */
export function checkExporterOptions(options: unknown, what: string): CheckedExporterOptions {
  return check(exporterOptionsSchema, options, what, mistakesBetweenKeys);
}

/** {@link checkConfig} for a history alone. */
export function checkHistoryOptions(options: unknown, what: string): CheckedHistoryOptions {
  return check(historyOptionsSchema, options, what, () => []);
}

function check<Checked>(
  schema: v.GenericSchema<unknown, Checked>,
  input: unknown,
  what: string,
  betweenKeys: (checked: Checked) => string[],
): Checked {
  const parsed = v.safeParse(schema, input);
  const issues = mistakesButTokens(parsed.issues ?? []);
  const mistakes = issues.map((issue) => [pathOf(issue), issue.message].filter(Boolean).join(' '));
  if (parsed.typed) mistakes.push(...betweenKeys(parsed.output));
  if (!parsed.typed || mistakes.length > 0) throw new ConfigurationError(what, mistakes);
  return parsed.output;
}

/** `exports[0].name` */
function pathOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
