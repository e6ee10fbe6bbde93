import type { ListingElement } from './columns.ts';

/** What is listed: the whole account (both null), or one thing group by name or id. */
export type Scope = Pick<ListingElement, 'thing_group_name' | 'queried_thing_group_id'>;

export const ACCOUNT_WIDE: Scope = { thing_group_name: null, queried_thing_group_id: null };

/** A unique key of a scope. It distinguishes name and id, because a group's name may equal another group's id. */
export function scopeKey({ thing_group_name, queried_thing_group_id }: Scope): string {
  return JSON.stringify([thing_group_name, queried_thing_group_id]);
}

/** Inverse of {@link scopeKey}. */
export function parseScopeKey(key: string): Scope {
  const [thing_group_name, queried_thing_group_id] = JSON.parse(key);
  return { thing_group_name, queried_thing_group_id };
}

/** The thing group's name or id; `undefined` for account-wide. */
export function thingGroupOf({ thing_group_name, queried_thing_group_id }: Scope): string | undefined {
  return thing_group_name ?? queried_thing_group_id ?? undefined;
}

export function isSameScope(a: Scope, b: Scope): boolean {
  return a.thing_group_name === b.thing_group_name && a.queried_thing_group_id === b.queried_thing_group_id;
}

/** Display name of a scope: `fleet-eu` or `account-wide`. The views use the same words. */
export function scopeName(scope: Scope): string {
  return thingGroupOf(scope) ?? 'account-wide';
}
