import type { StackInstance } from '../ports.ts';

/**
 * Source of all: AWS CloudFormation API Reference, StackInstanceSummary, Status, and StackInstanceComprehensiveStatus,
 * DetailedStatus.
 */
const IN_PROGRESS = ['PENDING', 'RUNNING'];
const SUSPENDED = 'SKIPPED_SUSPENDED_ACCOUNT';
const FAILED = ['FAILED', 'FAILED_IMPORT', 'CANCELLED', 'INOPERABLE'];

/** What CloudFormation says of a stack instance: what became of its last operation, or, where it does not say, its status. */
export function statusOf({ detailedStatus, status }: StackInstance): string | null {
  return detailedStatus ?? status ?? null;
}

/** Whether it was passed over because its account is suspended. */
export function isSuspended({ detailedStatus }: StackInstance): boolean {
  return detailedStatus === SUSPENDED;
}

/**
 * Whether CloudFormation could not bring it to the StackSet's template.
 *
 * OUTDATED is one whose operation failed or was stopped, and also one whose operation is still to come or under way, which
 * the detailed status tells. CANCELLED is one that was never tried, as too many others had failed: it needs somebody, too.
 */
export function hasFailed(instance: StackInstance): boolean {
  const { status, detailedStatus = '' } = instance;
  if (status === 'CURRENT' || isSuspended(instance)) return false;
  if (status === 'INOPERABLE' || FAILED.includes(detailedStatus)) return true;
  return status === 'OUTDATED' && !isOperationInProgress(detailedStatus);
}

/** Whether CloudFormation is still to bring it there, or about to: of hundreds of accounts, some wait for hours. */
export function isInProgress({ status, detailedStatus = '' }: StackInstance): boolean {
  return status === 'OUTDATED' && isOperationInProgress(detailedStatus);
}

/** Whether what {@link statusOf} said is of an operation that has not ended. */
export function isOperationInProgress(status: string | null): boolean {
  return IN_PROGRESS.includes(status ?? '');
}
