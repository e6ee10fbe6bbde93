import { LOCK_MODES, MAX_LOCK_DAYS, type ObjectLock } from './aws/object-lock.ts';
import { ENVIRONMENT, type EnvironmentName, NO_METRICS } from './contract/environment.ts';
import { BadEnvironmentError } from './errors.ts';

export interface Environment {
  readonly bucketName: string;
  /** Region of the bucket. @default the function's Region */
  readonly bucketRegion: string;
  readonly callsPerSecond: number;
  /** Rate of DescribeJob. Absent when no export has details. */
  readonly describeCallsPerSecond?: number;
  /** Whether custom metrics are written. */
  readonly hasMetrics: boolean;
  readonly region: string;
  /** Absent when objects are not locked. */
  readonly objectLock?: ObjectLock;
  /** Absent when no run may outlast an invocation. */
  readonly stateMachineArn?: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the function's configuration from its environment variables. No other module reads `process.env`.
 *
 * @throws BadEnvironmentError
 */
export function readEnvironment(variables: Variables): Environment {
  const region = required(variables, 'AWS_REGION');
  const objectLock = parseObjectLock(variables);
  const stateMachineArn = variables[ENVIRONMENT.stateMachineArn];
  const describesJobs = variables[ENVIRONMENT.describeCallsPerSecond] !== undefined;
  return {
    bucketName: required(variables, ENVIRONMENT.bucketName),
    bucketRegion: variables[ENVIRONMENT.bucketRegion] || region,
    callsPerSecond: positiveNumber(variables, ENVIRONMENT.callsPerSecond),
    ...(describesJobs && { describeCallsPerSecond: positiveNumber(variables, ENVIRONMENT.describeCallsPerSecond) }),
    hasMetrics: hasMetrics(variables),
    region,
    ...(objectLock && { objectLock }),
    ...(stateMachineArn && { stateMachineArn }),
  };
}

/** @throws BadEnvironmentError when the variable is not set */
export function required(variables: Variables, name: EnvironmentName | 'AWS_REGION'): string {
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

function hasMetrics(variables: Variables): boolean {
  const text = variables[ENVIRONMENT.metrics];
  if (text === undefined || text === NO_METRICS) return text === undefined;
  throw new BadEnvironmentError(
    `The environment variable ${ENVIRONMENT.metrics} must be ${NO_METRICS}, or not be set; got "${text}": correct it, or ` +
      'deploy the stack again',
  );
}

function parseObjectLock(variables: Variables): ObjectLock | undefined {
  const text = variables[ENVIRONMENT.objectLock];
  if (text === undefined) return undefined;
  const [modeText = '', daysText = '', ...rest] = text.split(' ');
  const mode = LOCK_MODES.find((candidate) => candidate === modeText);
  const days = /^[1-9]\d*$/.test(daysText) ? Number(daysText) : 0;
  if (mode && days > 0 && days <= MAX_LOCK_DAYS && rest.length === 0) return { mode, days };
  throw new BadEnvironmentError(
    `The environment variable ${ENVIRONMENT.objectLock} must be ${LOCK_MODES.join(' or ')}, a space and 1 to ` +
      `${MAX_LOCK_DAYS} days, as "GOVERNANCE 365"; got "${text}": correct it, or deploy the stack again`,
  );
}
