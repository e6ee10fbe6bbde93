import { Template } from 'aws-cdk-lib/assertions';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { IotJobsHistoryStack } from '../../lib/hub-stacks.ts';
import { dummyCode, newApp } from './synth.ts';

const HUB: ExporterConfig['history'] = { account: '111111111111', region: 'us-east-1' };
const TARGETS: ExporterConfig['targets'] = [{ account: '222222222222', regions: ['eu-west-1'] }];

/** The hub's stack of a configuration, with a target where it names none. */
export function hubStackOf(config: ExporterConfig): IotJobsHistoryStack {
  const checked = checkConfig({ history: HUB, targets: TARGETS, ...config });
  const { history } = checked;
  if (!history) throw new Error('There is no hub');
  return new IotJobsHistoryStack(newApp(), 'IotJobsHistory', {
    config: { ...checked, history },
    healthCode: dummyCode(),
  });
}

/** The template of {@link hubStackOf}. */
export function hubOf(config: ExporterConfig): Template {
  return Template.fromStack(hubStackOf(config));
}

/** A policy document as AWS gets it, in the partition of the longest name, with the longest id for what has none yet. */
export function resolved(document: unknown): string {
  type Joined = { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  const filled = JSON.stringify(document, (_, value: Joined | null) => {
    if (value?.Ref === 'AWS::Partition') return 'aws-us-gov';
    if (value?.Ref === 'AWS::AccountId') return '111111111111';
    if (value?.Ref === 'AWS::Region') return 'ap-southeast-1';
    if (value?.Ref) return 'x'.repeat(63);
    return value !== null && typeof value === 'object' && 'Fn::GetAtt' in value ? 'x'.repeat(63) : value;
  });
  return JSON.stringify(JSON.parse(filled), (_, value: Joined | null) => value?.['Fn::Join']?.[1].join('') ?? value);
}
