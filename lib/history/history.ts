import type { IConstruct } from 'constructs';
import type { WrittenHistory } from './access.ts';

/** A history that exporters write to, made here or elsewhere. */
export interface IIotJobsHistory extends IConstruct, WrittenHistory {
  /**
   * Region of the bucket, where it is another one than the exporter's.
   *
   * @default - the exporter's
   */
  readonly bucketRegion?: string;
}
