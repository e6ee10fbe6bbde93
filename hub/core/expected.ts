import type { ExpectedExport, HealthEvent } from '../../lambda/contract/health.ts';
import type { StackInstance } from '../ports.ts';
import { type ExportPlace, placeId, stackId } from './place.ts';
import { isSuspended } from './stack-status.ts';

/** What is expected to report. */
export interface Expected {
  /** By {@link placeId}. */
  readonly exports: ReadonlyMap<string, ExportPlace & ExpectedExport>;
  /** Whether an export that is not among them is not expected; not so where the StackSet could not be asked. */
  readonly isComplete: boolean;
  /** What is expected of a place of the organization, by name. */
  readonly ofOrganization: ReadonlyMap<string, ExpectedExport>;
  /** Stack instances by {@link stackId}. */
  readonly stacks: ReadonlyMap<string, StackInstance>;
}

/**
 * The exports that the configuration and the StackSet let expect. Where two expect the same one, the target's own line counts.
 *
 * @param instances `undefined` where they are not known
 */
export function expectedOf(event: HealthEvent, instances: readonly StackInstance[] | undefined): Expected {
  const exports = new Map<string, ExportPlace & ExpectedExport>();
  const add = (account: string, region: string, list: readonly ExpectedExport[]) => {
    for (const expected of list) {
      const place = { accountId: account, region, exportName: expected.name };
      if (!exports.has(placeId(place))) exports.set(placeId(place), { ...place, ...expected });
    }
  };
  for (const { account, regions, exports: own } of event.targets ?? []) {
    for (const region of regions) add(account, region, own ?? event.exports);
  }
  const ofOrganization = event.organization?.exports ?? event.exports;
  for (const instance of instances ?? []) {
    // A suspended account is on its way out, and nothing runs in it.
    if (!isSuspended(instance)) add(instance.account, instance.region, ofOrganization);
  }
  return {
    exports,
    isComplete: event.organization === undefined || instances !== undefined,
    ofOrganization: new Map(ofOrganization.map((expected) => [expected.name, expected])),
    stacks: new Map((instances ?? []).map((instance) => [stackId(instance), instance])),
  };
}
