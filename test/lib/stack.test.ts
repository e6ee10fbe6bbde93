import { Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { acknowledgeFindings } from '../../bin/scanner-findings.ts';
import { newStack, synth } from './synth.ts';

test('the stack of the default configuration', () => {
  expect(synth().toJSON()).toMatchSnapshot();
});

test('tags pass through to what can be tagged', () => {
  const stack = newStack();
  Tags.of(stack).add('team', 'fleet');
  const template = Template.fromStack(stack);
  for (const type of [
    'AWS::S3::Bucket',
    'AWS::SQS::Queue',
    'AWS::Lambda::Function',
    'AWS::IAM::Role',
    'AWS::Logs::LogGroup',
    'AWS::Scheduler::ScheduleGroup',
  ]) {
    const tagged = template.findResources(type, { Properties: { Tags: [{ Key: 'team', Value: 'fleet' }] } });
    expect({ type, tagged: Object.keys(tagged).length > 0 }).toEqual({ type, tagged: true });
  }
});

test('says where the history is and what to invoke', () => {
  const outputs = synth().findOutputs('*');
  expect(Object.keys(outputs).sort()).toEqual([
    'AlarmTopic',
    'AnalystPolicy',
    'Database',
    'DeadLetterQueue',
    'ExportFunction',
    'HistoryBucket',
    'Workgroup',
  ]);
});

test('the constructs silence no scanner; the app gives a reason for every rule that it turns down', () => {
  expect(JSON.stringify(synth().toJSON())).not.toContain('checkov');
  const stack = newStack();
  acknowledgeFindings(stack);
  const resources = Template.fromStack(stack).toJSON().Resources as Record<string, { Metadata?: Metadata }>;
  const skipped = Object.values(resources).flatMap(({ Metadata }) => Metadata?.checkov?.skip ?? []);
  expect(skipped.length).toBeGreaterThan(0);
  for (const { id, comment } of skipped) {
    expect(id).toMatch(/^CKV_/);
    expect(comment.length).toBeGreaterThan(20);
  }
});

interface Metadata {
  readonly checkov?: { readonly skip: readonly { readonly id: string; readonly comment: string }[] };
}
