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
export function expectedExports(event: HealthEvent, instances: readonly StackInstance[] | undefined): Expected {
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
  const isLeftOut = isExcluded(event);
  for (const instance of instances ?? []) {
    // A suspended account is on its way out, and nothing runs in it. A stack that is left out has no exporter.
    if (!isSuspended(instance) && !isLeftOut(instance)) add(instance.account, instance.region, ofOrganization);
  }
  return {
    exports,
    isComplete: event.organization === undefined || instances !== undefined,
    ofOrganization: new Map(ofOrganization.map((expected) => [expected.name, expected])),
    stacks: new Map((instances ?? []).map((instance) => [stackId(instance), instance])),
  };
}

/** Says of a stack instance whether its stack has no exporter: of an account that is excluded, or of a target's place. */
function isExcluded({ organization, targets = [] }: HealthEvent): (instance: StackInstance) => boolean {
  const accounts = new Set(organization?.excludeAccounts);
  const places = new Set(
    targets.flatMap(({ account, regions }) => regions.map((region) => stackId({ account, region }))),
  );
  return (instance) => accounts.has(instance.account) || places.has(stackId(instance));
}
