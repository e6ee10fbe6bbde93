import { createHash } from 'node:crypto';
import type { Filters } from './filters.ts';
import { invalidRequest } from './service-error.ts';

/** A token is opaque to callers; it holds the place reached, and only goes with the filters it was given for. */
export function makeToken(after: number, filters: Filters): string {
  return Buffer.from(`${after}.${seal(after, filters)}`).toString('base64url');
}

/** @throws {@link ServiceError} for a token that this service did not give for these filters */
export function readToken(token: string, filters: Filters): number {
  const [after, sealed] = Buffer.from(token, 'base64url').toString('utf8').split('.', 2);
  const place = Number(after);
  if (!Number.isSafeInteger(place) || sealed !== seal(place, filters)) throw invalidRequest('Invalid nextToken');
  return place;
}

function seal(after: number, filters: Filters): string {
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([after, sorted]))
    .digest('hex')
    .slice(0, 16);
}
