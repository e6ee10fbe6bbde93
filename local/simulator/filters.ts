/** Valid filters of ListJobs. */
export interface Filters {
  readonly status?: string;
  readonly targetSelection?: string;
  readonly thingGroupName?: string;
  readonly thingGroupId?: string;
  readonly namespaceId?: string;
}
