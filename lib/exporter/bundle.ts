import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { UsageError } from '../config/errors.ts';

/** File name of every bundle that scripts/bundle.mjs makes. */
const BUNDLE_FILE = 'index.cjs';

/**
 * Path of a bundle of this package, by its folder below dist. `npm run build` makes it, not synthesis, so that the deployed
 * code is the tested code.
 */
export function bundleFolder(name: string): string {
  return join(import.meta.dirname, '../../dist', name);
}

/**
 * Gives a function's code as an asset.
 *
 * @throws UsageError where the bundle has not been built
 */
export function bundledCode(folder: string = bundleFolder('lambda')): lambda.Code {
  refuseUnbuilt(folder);
  return lambda.Code.fromAsset(folder);
}

/**
 * Gives a function's code as text, for a template that has it inline.
 *
 * @throws UsageError where the bundle has not been built
 */
export function bundledSource(folder: string = bundleFolder('lambda')): string {
  refuseUnbuilt(folder);
  return readFileSync(join(folder, BUNDLE_FILE), 'utf8');
}

function refuseUnbuilt(folder: string): void {
  if (existsSync(join(folder, BUNDLE_FILE))) return;
  throw new UsageError(`There is no bundle of the function in ${folder}: run "npm run build" first`);
}
