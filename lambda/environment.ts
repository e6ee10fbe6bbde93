import { ENVIRONMENT, type EnvironmentName } from './contract/environment.ts';
import { BadEnvironmentError } from './errors.ts';

export interface Environment {
  readonly bucketName: string;
  /** Region of the bucket; the function's own unless said. */
  readonly bucketRegion: string;
  readonly callsPerSecond: number;
  readonly region: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads what is of the deployment. The one place that knows of `process.env`.
 *
 * @throws BadEnvironmentError
 */
export function readEnvironment(variables: Variables): Environment {
  const region = required(variables, 'AWS_REGION');
  return {
    bucketName: required(variables, ENVIRONMENT.bucketName),
    bucketRegion: variables[ENVIRONMENT.bucketRegion] || region,
    callsPerSecond: positiveNumber(variables, ENVIRONMENT.callsPerSecond),
    region,
  };
}

function required(variables: Variables, name: EnvironmentName | 'AWS_REGION'): string {
  const value = variables[name];
  if (!value) throw new BadEnvironmentError(`The environment variable ${name} is not set: deploy the stack again`);
  return value;
}

function positiveNumber(variables: Variables, name: EnvironmentName): number {
  const text = required(variables, name);
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) {
    throw new BadEnvironmentError(`The environment variable ${name} must be a number above 0; got "${text}"`);
  }
  return value;
}
