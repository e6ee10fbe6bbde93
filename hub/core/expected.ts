import type { ExpectedExport, HealthEvent } from '../../lambda/contract/health.ts';
import type { StackInstance } from '../ports.ts';
import { type ExportPlace, placeId, stackId } from './place.ts';
import { isSuspended } from './stack-status.ts';

/** The exports that are expected to report. */
export interface Expected {
  /** By {@link placeId}. */
  readonly exports: ReadonlyMap<string, ExportPlace & ExpectedExport>;
  /** Whether every other export is unexpected. False when the stack instances could not be listed. */
  readonly isComplete: boolean;
  /** Exports that are expected in each account and Region of the organization, by name. */
  readonly ofOrganization: ReadonlyMap<string, ExpectedExport>;
  /** Stack instances by {@link stackId}. */
  readonly stacks: ReadonlyMap<string, StackInstance>;
}

/**
 * Derives the expected exports from the configuration and the StackSet. A target takes precedence over the StackSet, and an
 * earlier target over a later one.
 *
 * @param instances `undefined` when they are not known
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
    // Nothing runs in a suspended account, and the stack of an excluded account or of a target's place has no exporter.
    if (!isSuspended(instance) && !isLeftOut(instance)) add(instance.account, instance.region, ofOrganization);
  }
  return {
    exports,
    isComplete: event.organization === undefined || instances !== undefined,
    ofOrganization: new Map(ofOrganization.map((expected) => [expected.name, expected])),
    stacks: new Map((instances ?? []).map((instance) => [stackId(instance), instance])),
  };
}

/** Returns a predicate for stack instances without an exporter: those of excluded accounts and of targets' places. */
function isExcluded({ organization, targets = [] }: HealthEvent): (instance: StackInstance) => boolean {
  const accounts = new Set(organization?.excludeAccounts);
  const places = new Set(
    targets.flatMap(({ account, regions }) => regions.map((region) => stackId({ account, region }))),
  );
  return (instance) => accounts.has(instance.account) || places.has(stackId(instance));
}
