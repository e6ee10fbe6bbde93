import { join } from 'node:path';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { bundledCode } from '../exporter/bundle.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/hub');

/**
 * The code of the hub's function, as `npm run build` left it.
 *
 * @throws UsageError where it has not been built
 */
export function hubCode(): lambda.Code {
  return bundledCode(BUNDLE);
}
