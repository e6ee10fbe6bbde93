/** A stack instance as ListStackInstances returns it, without the fields of the StackSet. */
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
