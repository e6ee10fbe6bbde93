import {
  JOB_STATUSES,
  MAX_RESULTS,
  NAMESPACE_ID,
  TARGET_SELECTIONS,
  type TextRule,
  THING_GROUP_ID,
  THING_GROUP_NAME,
} from '../../lambda/contract/jobs.ts';
import type { Filters } from './filters.ts';
import { invalidRequest } from './service-error.ts';
import { readToken } from './token.ts';

/**
 * Page size without `maxResults`. AWS documents no default; a value well below the maximum reveals callers that omit
 * it.
 */
const DEFAULT_RESULTS = 50;

export interface Query {
  readonly filters: Filters;
  readonly maxResults: number;
  /** Sequence number of the last job that the previous page examined. */
  readonly after: number;
}

/**
 * Parses the query parameters of `GET /jobs` with AWS's constraints. Unknown parameters are ignored, as by AWS.
 * Source: AWS IoT API Reference, ListJobs.
 */
export function readQuery(parameters: URLSearchParams): Query {
  const filters: Filters = {
    ...oneOf(parameters, 'status', JOB_STATUSES),
    ...oneOf(parameters, 'targetSelection', TARGET_SELECTIONS),
    ...matching(parameters, 'thingGroupName', THING_GROUP_NAME),
    ...matching(parameters, 'thingGroupId', THING_GROUP_ID),
    ...matching(parameters, 'namespaceId', NAMESPACE_ID),
  };
  if (filters.thingGroupName !== undefined && filters.thingGroupId !== undefined) {
    throw invalidRequest('Only one of thingGroupName and thingGroupId can be used');
  }
  const token = parameters.get('nextToken');
  return {
    filters,
    maxResults: readMaxResults(parameters.get('maxResults')),
    after: token === null ? -1 : readToken(token, filters),
  };
}

function oneOf<Name extends keyof Filters>(parameters: URLSearchParams, name: Name, values: readonly string[]) {
  const value = parameters.get(name);
  if (value === null) return undefined;
  if (!values.includes(value)) {
    throw constraint(value, name, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }
  return { [name]: value };
}

function matching<Name extends keyof Filters>(parameters: URLSearchParams, name: Name, { pattern }: TextRule) {
  const value = parameters.get(name);
  if (value === null) return undefined;
  if (!pattern.test(value)) {
    throw constraint(value, name, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  return { [name]: value };
}

function readMaxResults(value: string | null): number {
  if (value === null) return DEFAULT_RESULTS;
  const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw invalidRequest(`maxResults is not a number: '${value}'`);
  if (number < 1) throw constraint(value, 'maxResults', 'Member must have value greater than or equal to 1');
  if (number > MAX_RESULTS) {
    throw constraint(value, 'maxResults', `Member must have value less than or equal to ${MAX_RESULTS}`);
  }
  return number;
}

function constraint(value: string, name: string, rule: string) {
  return invalidRequest(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${rule}`,
  );
}
