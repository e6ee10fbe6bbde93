import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ExporterOptions, HistoryOptions } from './config/config.ts';
import type { Hub } from './config/hub-config.ts';
import { hubBucketName } from './config/targets.ts';
import { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import { IotJobsHistory } from './history/iot-jobs-history.ts';
import { anyKeyOf } from './history/key-access.ts';
import { output, outputAlarmTopic, outputStateMachine } from './outputs.ts';
import { refuseTooManyResources } from './stack-limits.ts';

/** Properties for IotJobsTargetStack. */
export interface IotJobsTargetStackProps extends StackProps {
  /** The hub, which has the history. */
  readonly hub: Hub;
  /**
   * Options of the hub's history that its writers need.
   *
   * @default - none
   */
  readonly historyOptions?: Pick<HistoryOptions, 'retiredKeys' | 'objectLock'>;
  /** Options of the exporter. */
  readonly options: ExporterOptions;
  /**
   * Code of the function. Its module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}

/** Stack with the exporter of one account and Region, which writes to the hub's history. */
export class IotJobsTargetStack extends Stack {
  /** The exporter: function, schedules and monitoring. */
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

/**
 * ARN of the history's key. The id of a key that the hub's stack makes is not known at synthesis, so it is a pattern of all
 * keys of the hub's account and Region; the encryption context limits the grant to the bucket.
 */
function keyArn({ account, region, customerKey }: Hub, partition: string): string {
  return typeof customerKey === 'string' ? customerKey : anyKeyOf({ account, region }, partition);
}
