/**
 * Writes what a roll-out by StackSets needs into dist/target, or the folder given: the template of a target, which knows
 * no account and Region, and the bundle as a zip, named by its contents.
 *
 *     npm run synth:target -- --help
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Annotations, App, BootstraplessSynthesizer, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Command } from 'commander';
import { acknowledgeFindings } from '../bin/scanner-findings.ts';
import { UsageError } from '../lib/config/errors.ts';
import { loadConfig } from '../lib/config/load.ts';
import { partsOf, placementsOf } from '../lib/config/targets.ts';
import { refuseTopicsElsewhere } from '../lib/exporter/topic-arn.ts';
import { IotJobsTargetStack } from '../lib/hub-stacks.ts';
import { refuseLargeTemplates } from '../lib/stack-limits.ts';
import { zipOf } from './zip.ts';

const root = join(import.meta.dirname, '..');

interface Options {
  readonly config: string;
  readonly account?: string;
  readonly out: string;
}

const command = new Command('npm run synth:target --')
  .description("Writes a target's template and bundle for a roll-out by StackSets, see docs/deploying.md.")
  .option('--config <file>', 'the configuration', join(root, 'exporter.config.ts'))
  .option('--account <id>', 'take the exports of that target instead of the common ones')
  .option('--out <folder>', 'where to write', join(root, 'dist/target'))
  .allowExcessArguments(false);

async function main(values: Options): Promise<void> {
  const config = await loadConfig(resolve(values.config));
  const { history: hub } = config;
  const { account } = values;
  if (!hub) throw new UsageError('The configuration has no targets: give it history and targets first');
  const placements = placementsOf(config).filter((placement) => !account || placement.account === account);
  const [placed] = placements;
  if (!placed) throw new UsageError(`--account must be one of targets; got ${account}`);
  const common = account ? placed.options : partsOf(config).ofExporter;
  // The template is the same in every Region, so its topics must fit each of them.
  for (const place of placements) refuseTopicsElsewhere(common, place);

  const zip = zipOf([{ name: 'index.mjs', bytes: readFileSync(join(root, 'dist/lambda/index.mjs')) }]);
  const key = `iot-jobs-exporter/${createHash('sha256').update(zip).digest('hex').slice(0, 16)}.zip`;
  const out = resolve(values.out);
  const assembly = join(out, 'assembly');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const app = new App({ context, outdir: assembly, analyticsReporting: false });
  const scope = new IotJobsTargetStack(app, 'IotJobsExporterTarget', {
    hub,
    options: common,
    code: bundleOf(key),
    synthesizer: new BootstraplessSynthesizer(),
  });
  // The key is named by the contents, so a new bundle has a new one.
  Annotations.of(scope).acknowledgeWarning('@aws-cdk/aws-lambda:codeFromBucketObjectVersionNotSpecified');
  acknowledgeFindings(app);
  refuseLargeTemplates(app.synth());
  mkdirSync(join(out, 'iot-jobs-exporter'), { recursive: true });
  copyFileSync(join(assembly, scope.templateFile), join(out, 'target.template.json'));
  rmSync(assembly, { recursive: true, force: true });
  writeFileSync(join(out, key), zip);
  console.log(`${relative('.', join(out, 'target.template.json'))}: the template of a target`);
  console.log(`${relative('.', join(out, key))}: put it as ${key} into the bucket PREFIX-REGION of each Region`);
}

/** The bundle in the bucket of the Region, for Lambda takes code from its own Region alone. */
function bundleOf(key: string): lambda.Code {
  return new (class extends lambda.Code {
    override bind(scope: ConstructorParameters<typeof CfnParameter>[0]): lambda.CodeConfig {
      const stack = Stack.of(scope);
      const prefix = new CfnParameter(stack, 'CodeBucketPrefix', {
        description: 'The bundle is in the bucket of this name and "-" and the Region',
      });
      const codeKey = new CfnParameter(stack, 'CodeKey', { description: 'Key of the bundle', default: key });
      const bucketName = Fn.join('-', [prefix.valueAsString, stack.region]);
      const bucket = s3.Bucket.fromBucketName(stack, 'CodeBucket', bucketName);
      return lambda.Code.fromBucket(bucket, codeKey.valueAsString).bind(scope as never);
    }
  })();
}

try {
  await main(command.parse().opts<Options>());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
