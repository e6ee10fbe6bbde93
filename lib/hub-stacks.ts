import { Stack, type StackProps } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig, ExporterOptions, HistoryOptions } from './config/config.ts';
import type { Hub } from './config/hub-config.ts';
import { hubBucketName, partsOf, seenBy } from './config/targets.ts';
import { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import { IotJobsHistory } from './history/iot-jobs-history.ts';
import { anyKeyOf } from './history/key-access.ts';
import { historyOutputs } from './history/outputs.ts';
import { output, outputAlarmTopic, outputStateMachine } from './outputs.ts';
import { refuseTooManyResources } from './stack-limits.ts';

/** What the stack of the hub is told. */
export interface IotJobsHistoryStackProps extends StackProps {
  /** The configuration, with `history` and `targets`. */
  readonly config: CheckedConfig & { readonly history: Hub };
}

/** The one history of many accounts and Regions. */
export class IotJobsHistoryStack extends Stack {
  /** Bucket, tables, views, workgroup and policy of the analysts. */
  readonly history: IotJobsHistory;

  constructor(scope: Construct, id: string, props: IotJobsHistoryStackProps) {
    const { config, ...stackProps } = props;
    const { account, region, organizationId, customerKey } = config.history;
    super(scope, id, {
      description: 'A history of AWS IoT jobs of many accounts for Athena',
      env: { account, region },
      terminationProtection: config.terminationProtection,
      ...stackProps,
    });
    const others = [...new Set(config.targets?.map((target) => target.account))].filter((id) => id !== account);
    const key = this.key(customerKey);
    this.history = new IotJobsHistory(this, 'History', {
      ...seenBy(config),
      ...partsOf(config).ofHistory,
      bucketName: hubBucketName(config.history),
      writers: organizationId ? { organizationId } : { accountIds: others },
      ...(key && { encryptionKey: key }),
    });
    historyOutputs(this, this.history);
  }

  private key(customerKey: boolean | string | undefined): kms.IKey | undefined {
    if (!customerKey) return undefined;
    if (customerKey !== true) return kms.Key.fromKeyArn(this, 'Key', customerKey);
    // Retained, as CDK has it: without its key a history is gone, whatever becomes of the bucket.
    const key = new kms.Key(this, 'Key', { description: 'History of AWS IoT jobs', enableKeyRotation: true });
    return key;
  }
}

/** What the stack of a target is told. */
export interface IotJobsTargetStackProps extends StackProps {
  /** Where the history is. */
  readonly hub: Hub;
  /**
   * The options of the hub's history, of which its writers have to know `retiredKeys` and `objectLock`.
   *
   * @default - none
   */
  readonly historyOptions?: Pick<HistoryOptions, 'retiredKeys' | 'objectLock'>;
  /** What the exporter is told. */
  readonly options: ExporterOptions;
  /**
   * The function's code, whose module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}

/** The exporter of one account and Region, which writes into the hub. */
export class IotJobsTargetStack extends Stack {
  /** Function, schedules and monitoring. */
  readonly exporter: IotJobsExporter;

  constructor(scope: Construct, id: string, props: IotJobsTargetStackProps) {
    const { hub, historyOptions, options, code, ...stackProps } = props;
    super(scope, id, { description: 'Exports AWS IoT jobs to the history of many accounts', ...stackProps });
    const { account, region, customerKey } = hub;
    const { retiredKeys, objectLock } = historyOptions ?? {};
    const history = IotJobsHistory.fromAttributes(this, 'History', {
      bucketName: hubBucketName(hub),
      account,
      region,
      ...(customerKey && { encryptionKeyArn: keyArn(hub, this.partition) }),
      ...(retiredKeys && { retiredKeys }),
      ...(objectLock && { objectLock }),
    });
    this.exporter = new IotJobsExporter(this, 'Exporter', { history, ...(code && { code }), ...options });
    const { function: exportFunction, deadLetterQueue } = this.exporter;
    output(this, 'ExportFunction', exportFunction.functionName, 'Function that takes a snapshot');
    output(this, 'DeadLetterQueue', deadLetterQueue.queueUrl, 'Events not delivered or failed for good');
    outputAlarmTopic(this, this.exporter);
    outputStateMachine(this, this.exporter);
    refuseTooManyResources(this);
  }
}

/** A key made with the history has an id that nobody knows yet; the encryption context holds the grant to the bucket. */
function keyArn({ account, region, customerKey }: Hub, partition: string): string {
  return typeof customerKey === 'string' ? customerKey : anyKeyOf({ account, region }, partition);
}
