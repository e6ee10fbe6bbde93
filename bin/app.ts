import { join, resolve } from 'node:path';
import { App, Aws } from 'aws-cdk-lib';
import { UsageError } from '../lib/config/errors.ts';
import { loadConfig } from '../lib/config/load.ts';
import { refuseTopicsElsewhere } from '../lib/exporter/topic-arn.ts';
import { placeStacks } from '../lib/place-stacks.ts';
import { refuseLargeTemplates } from '../lib/stack-limits.ts';
import { acknowledgeFindings } from './scanner-findings.ts';

const DEFAULT_CONFIG = join(import.meta.dirname, '../exporter.config.ts');

const app = new App();
try {
  const configContext: unknown = app.node.tryGetContext('config');
  const config = await loadConfig(configContext === undefined ? DEFAULT_CONFIG : resolve(String(configContext)));
  // The stack of one account has no account and Region: the CLI deploys it to those of its credentials and settings.
  const { CDK_DEFAULT_REGION: region, CDK_DEFAULT_ACCOUNT: account = Aws.ACCOUNT_ID } = process.env;
  if (!config.history && region) refuseTopicsElsewhere(config, { region, account });
  placeStacks(app, config, { prepareStackSet: acknowledgeFindings });
  acknowledgeFindings(app);
  refuseLargeTemplates(app.synth());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(1);
}
