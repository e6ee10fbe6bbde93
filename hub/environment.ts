import { ENVIRONMENT } from '../lambda/contract/environment.ts';
import { required, type Variables } from '../lambda/environment.ts';

/** Configuration of the hub's function from its environment variables. */
export interface HubEnvironment {
  /** Bucket of the history, in the function's Region. */
  readonly bucketName: string;
  /** Glue database of the history. */
  readonly databaseName: string;
  readonly region: string;
}

/**
 * Reads the configuration of the hub's function.
 *
 * @throws BadEnvironmentError
 */
export function readHubEnvironment(variables: Variables): HubEnvironment {
  return {
    bucketName: required(variables, ENVIRONMENT.bucketName),
    databaseName: required(variables, ENVIRONMENT.databaseName),
    region: required(variables, 'AWS_REGION'),
  };
}
