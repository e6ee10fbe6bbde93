import type { SnapshotRecord } from '../contract/columns.ts';
import { changesIntentKey, changesKey, detailsIntentKey, detailsKey, type SnapshotIdentity } from '../contract/keys.ts';

/** An optional object of a snapshot besides its rows. If it exists, the record names it. */
export interface Companion {
  readonly name: 'changes' | 'details';
  readonly key: (identity: SnapshotIdentity) => string;
  readonly intentKey: (identity: SnapshotIdentity, rowsSha256: string) => string;
  /** SHA-256 of the object that a record names, hex; `null` if it names none. */
  readonly sha256: (record: SnapshotRecord) => string | null;
}

const CHANGES: Companion = {
  name: 'changes',
  key: changesKey,
  intentKey: changesIntentKey,
  sha256: ({ changes_sha256 }) => changes_sha256,
};

const DETAILS: Companion = {
  name: 'details',
  key: detailsKey,
  intentKey: detailsIntentKey,
  sha256: ({ details_sha256 }) => details_sha256,
};

/** All companions, in the order in which they are put. */
export const COMPANIONS: readonly Companion[] = [CHANGES, DETAILS];

/** The companions that a run may put. A history that is older than the exporter may refuse access to the others. */
export function companionsOf({ details }: { readonly details?: object }): readonly Companion[] {
  return details ? COMPANIONS : [CHANGES];
}
