import { createHash } from 'node:crypto';
import type { Filters } from './filters.ts';
import { invalidRequest } from './service-error.ts';

/** Creates a token from the last sequence number. It is opaque to callers and valid only with the same filters. */
export function makeToken(after: number, filters: Filters): string {
  return Buffer.from(`${after}.${seal(after, filters)}`).toString('base64url');
}

/** @throws {@link ServiceError} for a token that was not created with these filters */
export function readToken(token: string, filters: Filters): number {
  const [after, sealed] = Buffer.from(token, 'base64url').toString('utf8').split('.', 2);
  const sequence = Number(after);
  if (!Number.isSafeInteger(sequence) || sealed !== seal(sequence, filters)) throw invalidRequest('Invalid nextToken');
  return sequence;
}

function seal(after: number, filters: Filters): string {
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([after, sorted]))
    .digest('hex')
    .slice(0, 16);
}
