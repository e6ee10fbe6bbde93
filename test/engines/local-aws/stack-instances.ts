/** A stack instance as ListStackInstances has it, without what the StackSet itself says. */
export interface StackInstance {
  readonly Account: string;
  readonly Region: string;
  readonly StackId?: string;
  readonly OrganizationalUnitId?: string;
  readonly Status: 'CURRENT' | 'OUTDATED' | 'INOPERABLE';
  readonly StatusReason?: string;
  readonly StackInstanceStatus: {
    readonly DetailedStatus:
      | 'PENDING'
      | 'RUNNING'
      | 'SUCCEEDED'
      | 'FAILED'
      | 'CANCELLED'
      | 'INOPERABLE'
      | 'SKIPPED_SUSPENDED_ACCOUNT'
      | 'FAILED_IMPORT';
  };
}
