import type { SnapshotIdentity } from '../../lambda/contract/keys.ts';

/** An export of an account and Region: what a look says something of. */
export type ExportPlace = Omit<SnapshotIdentity, 'scheduledAt'>;

/** Tells an export from all others. */
export function placeId({ accountId, region, exportName }: ExportPlace): string {
  return `${accountId}/${region}/${exportName}`;
}

/** Where an exporter is, whatever it exports. */
export function stackId({ account, region }: { readonly account: string; readonly region: string }): string {
  return `${account}/${region}`;
}

/** Keys and prefixes of an export do not depend on the time. */
export function anySnapshot(of: ExportPlace): SnapshotIdentity {
  return { ...of, scheduledAt: 0 };
}
