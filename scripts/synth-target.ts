/**
 * Writes the template of a target for a roll-out by StackSets to dist/target, or to another folder. The template depends on no
 * account and Region, and has the function's code inline.
 *
 *     npm run synth:target -- --help
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Command } from 'commander';
import { acknowledgeFindings } from '../bin/scanner-findings.ts';
import type { CheckedConfig, ExporterOptions } from '../lib/config/config.ts';
import { UsageError } from '../lib/config/errors.ts';
import { loadConfig } from '../lib/config/load.ts';
import { optionsOfOrganization, stackSetOptions } from '../lib/config/organization.ts';
import { placementsOf, splitOptions } from '../lib/config/targets.ts';
import { excludedPlaces, excludePlaces } from '../lib/organization/excluded-places.ts';
import { targetTemplate } from '../lib/organization/target-template.ts';

const root = join(import.meta.dirname, '..');

interface Options {
  readonly config: string;
  readonly account?: string;
  readonly out: string;
}

const command = new Command('npm run synth:target --')
  .description("Writes a target's template for a roll-out by StackSets, see docs/deploying.md.")
  .option(
    '-c, --config <file>',
    'the configuration; -c config=<file> does, too, as with cdk',
    (value) => value.replace(/^config=/, ''),
    join(root, 'exporter.config.ts'),
  )
  .option('--account <id>', "take the exports of that target instead of the common ones or the organization's")
  .option('--out <folder>', 'where to write', join(root, 'dist/target'))
  .allowExcessArguments(false);

async function main(values: Options): Promise<void> {
  const config = await loadConfig(resolve(values.config));
  const { history: hub, stackPrefix } = config;
  if (!hub)
    throw new UsageError('The configuration has no history: give it history, and targets or organization, first');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const app = new App({ context, autoSynth: false });
  const template = targetTemplate(app, {
    hub,
    historyOptions: splitOptions(config).historyOptions,
    options: chosenOptions(config, values.account),
    ...(stackPrefix !== undefined && { stackPrefix }),
    prepare: acknowledgeFindings,
  });
  const { organization, targets = [] } = config;
  const leftOut = organization && !values.account ? excludedPlaces(stackSetOptions(organization), targets) : [];
  for (const { type, data } of app.node.metadata) if (type === 'aws:cdk:warning') console.error(`Warning: ${data}`);
  const file = join(resolve(values.out), 'target.template.json');
  mkdirSync(resolve(values.out), { recursive: true });
  const written = excludePlaces(template, leftOut);
  writeFileSync(file, written);
  console.log(`${relative('.', file)}: the template of a target, ${Math.round(Buffer.byteLength(written) / 1000)} kB`);
}

/** The exporter options of one target, of the organization, or common to all targets. */
function chosenOptions(config: CheckedConfig, account: string | undefined): ExporterOptions {
  const { organization } = config;
  if (!account)
    return organization ? optionsOfOrganization(config, organization) : splitOptions(config).exporterOptions;
  const placed = placementsOf(config).find((placement) => placement.account === account);
  if (!placed) throw new UsageError(`--account must be one of targets; got ${account}`);
  return placed.options;
}

try {
  await main(command.parse().opts<Options>());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
