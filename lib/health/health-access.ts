import { Stack } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { HEALTH_KEY, SNAPSHOTS_PREFIX } from '../../lambda/contract/keys.ts';
import type { IotJobsHistory } from '../history/iot-jobs-history.ts';
import { writerKeyPermissions } from '../history/key-access.ts';
import type { Permission } from '../history/permission.ts';
import { placeOf } from '../history/place.ts';
import type { ExpectedExports } from './health-props.ts';

/**
 * Permission without which a call as a delegated administrator may be refused ("Account used is not a delegated
 * administrator"). The action has no resource type. Sources: AWS CloudFormation User Guide, "Register a delegated
 * administrator member account", Important;
 * Service Authorization Reference, AWS Organizations.
 */
const DELEGATED_ADMINISTRATOR: Permission = {
  sid: 'BeDelegatedAdministrator',
  actions: ['organizations:ListDelegatedAdministrators'],
  resources: ['*'],
};

/** Permissions of the hub's function: to read all records, write its one object, and update four tables. */
export function healthPermissions(
  scope: Construct,
  history: IotJobsHistory,
  { organization }: ExpectedExports,
  logGroup: logs.ILogGroup,
): Permission[] {
  const { bucket } = history;
  return [
    {
      sid: 'ReadRecordsAndTheLookBefore',
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(`${SNAPSHOTS_PREFIX}/*`), bucket.arnForObjects(HEALTH_KEY)],
    },
    { sid: 'PutTheLook', actions: ['s3:PutObject'], resources: [bucket.arnForObjects(HEALTH_KEY)] },
    {
      // The function finds out by a listing whether there is a previous look.
      sid: 'ListRecordsAndTheLookBefore',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`${SNAPSHOTS_PREFIX}/*`, HEALTH_KEY] } },
    },
    ...writerKeyPermissions(history, placeOf(scope)),
    tablesPermission(scope, history),
    ...(organization ? [stackInstancesPermission(scope, organization)] : []),
    ...(organization?.callAs === 'DELEGATED_ADMIN' ? [DELEGATED_ADMINISTRATOR] : []),
    {
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    },
  ];
}

/**
 * An action on a table also needs the database and the catalog. Source: AWS Glue Developer Guide, "Resource ARNs", Rules for
 * Data Catalog resource ARNs.
 */
function tablesPermission(scope: Construct, { databaseName, tables }: IotJobsHistory): Permission {
  const stack = Stack.of(scope);
  const names = [tables.jobs, tables.changes, tables.details, tables.snapshots].map(({ ref }) => ref);
  const resources = ['catalog', `database/${databaseName}`, ...names.map((name) => `table/${databaseName}/${name}`)];
  return {
    sid: 'BringTablesUpToDate',
    actions: ['glue:GetTable', 'glue:UpdateTable'],
    resources: resources.map((resource) => stack.formatArn({ service: 'glue', resource })),
  };
}

/**
 * A StackSet with service-managed permissions is in the management account, also if a delegated administrator makes it. That
 * account is not known at synthesis then. The ARN has an id after the name. Sources: AWS CloudFormation User Guide, "Register
 * a delegated administrator"; Service Authorization Reference, AWS CloudFormation, Resource types, stackset.
 */
function stackInstancesPermission(
  scope: Construct,
  { stackSetName, callAs }: NonNullable<ExpectedExports['organization']>,
): Permission {
  const stackSet = Stack.of(scope).formatArn({
    service: 'cloudformation',
    ...(callAs === 'DELEGATED_ADMIN' && { account: '*' }),
    resource: 'stackset',
    resourceName: `${stackSetName}:*`,
  });
  return { sid: 'ListStackInstances', actions: ['cloudformation:ListStackInstances'], resources: [stackSet] };
}
