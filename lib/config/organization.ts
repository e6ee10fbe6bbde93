import { DEFAULT_ALARMS } from './alarm-config.ts';
import type { CheckedConfig, CheckedExporterOptions } from './config.ts';
import type { Organization } from './organization-config.ts';
import { defined, partsOf } from './targets.ts';

/** An exporter of an organization by default: nothing of CloudWatch that costs, since the hub tells who is silent. */
const QUIET = {
  metrics: false,
  disabledAlarms: DEFAULT_ALARMS,
  dashboard: false,
} as const satisfies Partial<CheckedExporterOptions>;

/** {@link Organization} with the defaults of its StackSet filled in. */
export type StackSetOptions = Required<
  Pick<
    Organization,
    | 'organizationalUnits'
    | 'regions'
    | 'excludeAccounts'
    | 'callAs'
    | 'maxConcurrentPercentage'
    | 'failureTolerancePercentage'
  >
>;

/** The options of an organization's exporters: its own, then {@link QUIET}, then the configuration's. */
export function optionsOfOrganization(config: CheckedConfig, organization: Organization): CheckedExporterOptions {
  return { ...partsOf(config).ofExporter, ...QUIET, ...ownOptionsOf(organization) };
}

/** What the StackSet of an organization is told. */
export function stackSetOptions(organization: Organization): StackSetOptions {
  const { organizationalUnits, regions, excludeAccounts = [], callAs = 'DELEGATED_ADMIN' } = organization;
  const { maxConcurrentPercentage = 25, failureTolerancePercentage = 50 } = organization;
  return { organizationalUnits, regions, excludeAccounts, callAs, maxConcurrentPercentage, failureTolerancePercentage };
}

/** The exporter's options that an organization has itself. */
export function ownOptionsOf(organization: Organization): Partial<CheckedExporterOptions> {
  const {
    organizationalUnits: _units,
    regions: _regions,
    excludeAccounts: _excluded,
    callAs: _callAs,
    maxConcurrentPercentage: _concurrent,
    failureTolerancePercentage: _tolerance,
    ...own
  } = organization;
  return defined(own);
}
