import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { UsageError } from '../config/errors.ts';

/** The name that scripts/bundle.mjs gives every bundle. */
const BUNDLE_FILE = 'index.cjs';

/**
 * A bundle of this package, by its folder below dist. It is built apart from synthesis, by `npm run build`, so that what
 * is deployed is what was tested.
 */
export function bundleFolder(name: string): string {
  return join(import.meta.dirname, '../../dist', name);
}

/**
 * A function's code as an asset.
 *
 * @throws UsageError where it has not been built
 */
export function bundledCode(folder: string = bundleFolder('lambda')): lambda.Code {
  refuseUnbuilt(folder);
  return lambda.Code.fromAsset(folder);
}

/**
 * The same code as text, for a template that has it inline.
 *
 * @throws UsageError where it has not been built
 */
export function bundledSource(folder: string = bundleFolder('lambda')): string {
  refuseUnbuilt(folder);
  return readFileSync(join(folder, BUNDLE_FILE), 'utf8');
}

function refuseUnbuilt(folder: string): void {
  if (existsSync(join(folder, BUNDLE_FILE))) return;
  throw new UsageError(`There is no bundle of the function in ${folder}: run "npm run build" first`);
}
