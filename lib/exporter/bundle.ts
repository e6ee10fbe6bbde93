import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { UsageError } from '../config/errors.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/lambda');

/**
 * The function's code as `npm run build` left it. It is built apart from synthesis, so that what is deployed is what
 * was tested.
 *
 * @throws UsageError where it has not been built
 */
export function bundledCode(folder: string = BUNDLE): lambda.Code {
  if (!existsSync(join(folder, 'index.cjs'))) {
    throw new UsageError(`There is no bundle of the function in ${folder}: run "npm run build" first`);
  }
  return lambda.Code.fromAsset(folder);
}
