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
