import type { SnapshotIdentity } from '../../lambda/contract/keys.ts';

/** An export in an account and Region: one row of a look. */
export type ExportPlace = Omit<SnapshotIdentity, 'scheduledAt'>;

/** Unique id of an export. */
export function placeId({ accountId, region, exportName }: ExportPlace): string {
  return `${accountId}/${region}/${exportName}`;
}

/** Unique id of an exporter's stack. */
export function stackId({ account, region }: { readonly account: string; readonly region: string }): string {
  return `${account}/${region}`;
}

/** A snapshot of an export for functions that do not use its time, such as those of prefixes. */
export function anySnapshot(place: ExportPlace): SnapshotIdentity {
  return { ...place, scheduledAt: 0 };
}
