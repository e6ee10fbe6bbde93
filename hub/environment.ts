import { ENVIRONMENT } from '../lambda/contract/environment.ts';
import { required, type Variables } from '../lambda/environment.ts';

/** What is of the deployment of the hub's function. */
export interface HubEnvironment {
  /** Bucket of the history, in the function's own Region. */
  readonly bucketName: string;
  /** Glue database of the history. */
  readonly databaseName: string;
  readonly region: string;
}

/**
 * Reads what is of the deployment.
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
