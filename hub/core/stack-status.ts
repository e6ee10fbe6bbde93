import type { StackInstance } from '../ports.ts';

/**
 * Values of DetailedStatus. Source: AWS CloudFormation API Reference, StackInstanceSummary, Status, and
 * StackInstanceComprehensiveStatus, DetailedStatus.
 */
const IN_PROGRESS = ['PENDING', 'RUNNING'];
const SUSPENDED = 'SKIPPED_SUSPENDED_ACCOUNT';
const FAILED = ['FAILED', 'FAILED_IMPORT', 'CANCELLED', 'INOPERABLE'];

/** The result of a stack instance's last operation, or its status if CloudFormation does not return the result. */
export function statusOf({ detailedStatus, status }: StackInstance): string | null {
  return detailedStatus ?? status ?? null;
}

/** Whether CloudFormation skipped it because its account is suspended. */
export function isSuspended({ detailedStatus }: StackInstance): boolean {
  return detailedStatus === SUSPENDED;
}

/**
 * Whether CloudFormation failed to deploy the StackSet's template.
 *
 * OUTDATED means that the operation failed or was stopped, or that it is pending or in progress; the detailed status
 * distinguishes these. CANCELLED means that it was never tried because too many others failed: that needs an operator, too.
 */
export function hasFailed(instance: StackInstance): boolean {
  const { status, detailedStatus = '' } = instance;
  if (status === 'CURRENT' || isSuspended(instance)) return false;
  if (status === 'INOPERABLE' || FAILED.includes(detailedStatus)) return true;
  return status === 'OUTDATED' && !isOperationInProgress(detailedStatus);
}

/** Whether its deployment is pending or in progress. With hundreds of accounts, some wait for hours. */
export function isInProgress({ status, detailedStatus = '' }: StackInstance): boolean {
  return status === 'OUTDATED' && isOperationInProgress(detailedStatus);
}

/** Whether a status of {@link statusOf} means that the operation has not ended. */
export function isOperationInProgress(status: string | null): boolean {
  return IN_PROGRESS.includes(status ?? '');
}
