import type { ListingElement } from './columns.ts';

/** The account as a whole (both null), or one thing group by its name or by its id. */
export type Scope = Pick<ListingElement, 'thing_group_name' | 'queried_thing_group_id'>;

export const ACCOUNT_WIDE: Scope = { thing_group_name: null, queried_thing_group_id: null };

/** Distinguishes scopes: a group's name may look like another's id. */
export function scopeKey({ thing_group_name, queried_thing_group_id }: Scope): string {
  return JSON.stringify([thing_group_name, queried_thing_group_id]);
}

/** The scope of a {@link scopeKey}. */
export function parseScopeKey(key: string): Scope {
  const [thing_group_name, queried_thing_group_id] = JSON.parse(key);
  return { thing_group_name, queried_thing_group_id };
}

/** The thing group's name or id; `undefined` for the account as a whole. */
export function thingGroupOf({ thing_group_name, queried_thing_group_id }: Scope): string | undefined {
  return thing_group_name ?? queried_thing_group_id ?? undefined;
}

export function isSameScope(a: Scope, b: Scope): boolean {
  return a.thing_group_name === b.thing_group_name && a.queried_thing_group_id === b.queried_thing_group_id;
}

/** What people call a scope: `fleet-eu`, or `account-wide`. The views have the same word. */
export function scopeName(scope: Scope): string {
  return thingGroupOf(scope) ?? 'account-wide';
}
