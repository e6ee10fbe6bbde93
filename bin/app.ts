import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { UsageError } from '../lib/config/errors.ts';
import { loadConfig } from '../lib/config/load.ts';
import { placeStacks } from '../lib/place-stacks.ts';
import { refuseLargeTemplates } from '../lib/stack-limits.ts';
import { acknowledgeFindings } from './scanner-findings.ts';

const DEFAULT_CONFIG = join(import.meta.dirname, '../exporter.config.ts');

const app = new App();
try {
  const named: unknown = app.node.tryGetContext('config');
  const config = await loadConfig(named === undefined ? DEFAULT_CONFIG : resolve(String(named)));
  placeStacks(app, config);
  acknowledgeFindings(app);
  refuseLargeTemplates(app.synth());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(1);
}
