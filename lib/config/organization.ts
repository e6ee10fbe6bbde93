import { DEFAULT_ALARMS } from './alarm-config.ts';
import type { CheckedConfig, CheckedExporterOptions } from './config.ts';
import type { Organization } from './organization-config.ts';
import { splitOptions, withoutUndefined } from './targets.ts';

/** Default options of an organization's exporters: nothing that CloudWatch charges for, since the hub reports silent ones. */
const ORGANIZATION_DEFAULTS = {
  metrics: false,
  disabledAlarms: DEFAULT_ALARMS,
  dashboard: false,
} as const satisfies Partial<CheckedExporterOptions>;

/** Options of an organization's StackSet, with the defaults filled in. */
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

/** The options of an organization's exporters: its own, then {@link ORGANIZATION_DEFAULTS}, then the configuration's. */
export function optionsOfOrganization(config: CheckedConfig, organization: Organization): CheckedExporterOptions {
  return { ...splitOptions(config).exporterOptions, ...ORGANIZATION_DEFAULTS, ...ownOrganizationOptions(organization) };
}

/** Options of the StackSet of an organization. */
export function stackSetOptions(organization: Organization): StackSetOptions {
  const { organizationalUnits, regions, excludeAccounts = [], callAs = 'DELEGATED_ADMIN' } = organization;
  const { maxConcurrentPercentage = 25, failureTolerancePercentage = 50 } = organization;
  return { organizationalUnits, regions, excludeAccounts, callAs, maxConcurrentPercentage, failureTolerancePercentage };
}

/** The exporter's options that an organization sets itself. */
export function ownOrganizationOptions(organization: Organization): Partial<CheckedExporterOptions> {
  const {
    organizationalUnits: _units,
    regions: _regions,
    excludeAccounts: _excluded,
    callAs: _callAs,
    maxConcurrentPercentage: _concurrent,
    failureTolerancePercentage: _tolerance,
    ...own
  } = organization;
  return withoutUndefined(own);
}
