import { Stack, type StackProps } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import type { Hub } from './config/hub-config.ts';
import { optionsOfOrganization, stackSetOptions } from './config/organization.ts';
import { hubBucketName, queriedNames, splitOptions } from './config/targets.ts';
import { expectedOfConfig, healthOptionsOf } from './health/expected-exports.ts';
import { HistoryHealth } from './health/history-health.ts';
import { IotJobsHistory } from './history/iot-jobs-history.ts';
import { historyOutputs } from './history/outputs.ts';
import { OrganizationStackSet } from './organization/organization-stack-set.ts';
import { output, outputHealth } from './outputs.ts';

/** Properties for IotJobsHistoryStack. */
export interface IotJobsHistoryStackProps extends StackProps {
  /** The configuration, with `history`, and `targets` or `organization`. */
  readonly config: CheckedConfig & { readonly history: Hub };
  /**
   * Source of the exporters' function for the StackSet of an organization: CommonJS that exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly inlineCode?: string;
  /**
   * Changes the stack from which the template of the StackSet is made. Aspects of the app do not reach that stack.
   *
   * @default - the stack is not changed
   */
  readonly prepareStackSet?: (stack: Stack) => void;
  /**
   * Code of the function that checks the exports. Its module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly healthCode?: lambda.Code;
}

/** Stack of the hub: the history of many accounts and Regions. */
export class IotJobsHistoryStack extends Stack {
  /** The history: bucket, tables, views, workgroup and the analysts' policy. */
  readonly history: IotJobsHistory;
  /** The StackSet of the organization; `undefined` where the configuration has none. */
  readonly organization: OrganizationStackSet | undefined;
  /** The check that all exports report. */
  readonly health: HistoryHealth;

  constructor(scope: Construct, id: string, props: IotJobsHistoryStackProps) {
    const { config, inlineCode, prepareStackSet, healthCode, ...stackProps } = props;
    const { account, region, organizationId, customerKey } = config.history;
    super(scope, id, {
      description: 'A history of AWS IoT jobs of many accounts for Athena',
      env: { account, region },
      terminationProtection: config.terminationProtection,
      ...stackProps,
    });
    const otherAccounts = [...new Set(config.targets?.map((target) => target.account))].filter((id) => id !== account);
    const key = this.key(customerKey);
    this.history = new IotJobsHistory(this, 'History', {
      ...queriedNames(config),
      ...splitOptions(config).historyOptions,
      bucketName: hubBucketName(config.history),
      writers: organizationId ? { organizationId } : { accountIds: otherAccounts },
      ...(key && { encryptionKey: key }),
    });
    historyOutputs(this, this.history);
    this.organization = this.stackSet(props);
    this.health = new HistoryHealth(this, 'Health', {
      history: this.history,
      expected: expectedOfConfig(config, this.organization?.stackSetName),
      missedPeriods: config.alarmAfterMissedPeriods,
      ...healthOptionsOf(config.history),
      ...{ logLevel: config.logLevel, logRetentionDays: config.logRetentionDays },
      ...(healthCode && { code: healthCode }),
    });
    outputHealth(this, this.health);
  }

  private stackSet(props: IotJobsHistoryStackProps): OrganizationStackSet | undefined {
    const { config, inlineCode: source, prepareStackSet: prepare } = props;
    const { organization, history: hub, targets = [], stackPrefix } = config;
    if (!organization) return undefined;
    const stackSet = new OrganizationStackSet(this, 'Organization', {
      ...{ hub, targets, historyOptions: splitOptions(config).historyOptions },
      options: optionsOfOrganization(config, organization),
      stackSet: stackSetOptions(organization),
      ...(source !== undefined && { source }),
      ...(stackPrefix !== undefined && { stackPrefix }),
      ...(prepare && { prepare }),
    });
    // Exporters need the bucket, and its policy, which lets their accounts write.
    stackSet.node.addDependency(this.history.bucket);
    output(this, 'StackSet', stackSet.stackSetName, 'StackSet of the exporters of the organization');
    return stackSet;
  }

  private key(customerKey: boolean | string | undefined): kms.IKey | undefined {
    if (!customerKey) return undefined;
    if (customerKey !== true) return kms.Key.fromKeyArn(this, 'Key', customerKey);
    // Retained, which is CDK's default: without its key the history cannot be decrypted.
    return new kms.Key(this, 'Key', { description: 'History of AWS IoT jobs', enableKeyRotation: true });
  }
}
