/** docs/deploying.md, Upgrade: the history is deployed first, then its exporters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  attemptKey,
  changesIntentKey,
  changesKey,
  detailsIntentKey,
  detailsKey,
  eventKey,
  intentKey,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
  stateBlobKey,
  stateKey,
} from '../../lambda/contract/keys.ts';
import { checkConfig } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { CONFIGS } from './released/upgrade-configs.ts';
import { DEFAULT_CONFIG, DETAILS_CONFIG, dummyCode, newApp, propertiesOf, synth } from './synth.ts';
import { resolved } from './synth-hub.ts';

const WRITER = '222222222222';
const IDENTITY: SnapshotIdentity = {
  accountId: WRITER,
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
};
const SHA256 = '0'.repeat(64);
/** All that a run puts, in order. Each prefix is listed before, and may be read. */
const KEYS = [
  changesIntentKey(IDENTITY, SHA256),
  detailsIntentKey(IDENTITY, SHA256),
  intentKey(IDENTITY, SHA256),
  jobsKey(IDENTITY),
  changesKey(IDENTITY),
  detailsKey(IDENTITY),
  recordKey(IDENTITY),
];

const RUN = { ...IDENTITY, run: '0123456789abcdef' };
/** What a run that may outlast an invocation puts besides, the event before it lists. */
const WORK_KEYS = [eventKey(RUN), stateBlobKey(RUN, 2, 1, 0), stateKey(RUN, 2), attemptKey(RUN, 2)];

interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringLike?: { readonly 's3:prefix': readonly string[] } };
}

/** A policy of the hub's bucket, with the bucket's ARN. */
interface BucketPolicy {
  readonly arn: string;
  readonly statements: readonly Statement[];
}

function policyOf(document: { readonly Statement: readonly Statement[] }): BucketPolicy {
  const [tls] = document.Statement;
  return { arn: tls?.Resource[0] ?? '', statements: document.Statement };
}

const released = policyOf(
  JSON.parse(readFileSync(join(import.meta.dirname, 'released/hub-bucket-policy-0.1.0.json'), 'utf8')),
);

function hubOfToday(): BucketPolicy {
  const app = newApp();
  placeStacks(app, checkConfig(CONFIGS['many-accounts'] as (typeof CONFIGS)[string]), {
    code: dummyCode,
    healthCode: dummyCode,
  });
  const hub = Template.fromStack(app.node.findChild('IotJobsHistory') as Stack);
  const [policy] = propertiesOf<{ PolicyDocument: object }>(hub, 'AWS::S3::BucketPolicy');
  return policyOf(JSON.parse(resolved(policy?.PolicyDocument)));
}

/** What the policy does not let the writer's account do of all that a run does, as `action key`. */
function refused(policy: BucketPolicy, keys = KEYS): string[] {
  const { arn } = policy;
  return keys.flatMap((key) => [
    ...(isAllowed(policy, 's3:ListBucket', arn, key) ? [] : [`s3:ListBucket ${key}`]),
    ...['s3:GetObject', 's3:PutObject'].flatMap((action) =>
      isAllowed(policy, action, `${arn}/${key}`) ? [] : [`${action} ${key}`],
    ),
  ]);
}

/** Whether the policy lets the writer's account do something. */
function isAllowed({ statements }: BucketPolicy, action: string, resource: string, prefix?: string): boolean {
  const matches = (patterns: string | readonly string[], value: string) =>
    [patterns].flat().some((pattern) => {
      const parts = pattern.replaceAll(/\$\{aws:PrincipalAccount\}/g, WRITER).split('*');
      return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.*')}$`).test(value);
    });
  return statements.some(
    ({ Effect, Principal, Action, Resource, Condition }) =>
      Effect === 'Allow' &&
      Principal.AWS === `arn:aws:iam::${WRITER}:root` &&
      [Action].flat().includes(action) &&
      matches(Resource, resource) &&
      (!Condition?.StringLike || (prefix !== undefined && matches(Condition.StringLike['s3:prefix'], prefix))),
  );
}

test('the hub of the release before refuses an exporter of this one changes and details, from the first listing on', () => {
  const ofEach = (key: string) => [`s3:ListBucket ${key}`, `s3:GetObject ${key}`, `s3:PutObject ${key}`];
  expect(refused(released)).toEqual([changesKey(IDENTITY), detailsKey(IDENTITY)].flatMap(ofEach));
});

test('it refuses what a run puts that may outlast an invocation, before it lists', () => {
  for (const key of WORK_KEYS) expect(refused(released, [key])).toHaveLength(3);
});

test('the hub of this release lets an exporter do all that a run does', () => {
  const policy = hubOfToday();
  expect(refused(policy, [...KEYS, ...WORK_KEYS])).toEqual([]);
  expect(isAllowed(policy, 's3:AbortMultipartUpload', `${policy.arn}/${jobsKey(IDENTITY)}`)).toBe(true);
});

test.each([
  ['changes', DEFAULT_CONFIG],
  ['details', DETAILS_CONFIG],
])('where history and exporter are one stack, the function changes after its role may write %s', (prefix, config) => {
  const template = synth(config);
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const [role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([, { Properties }]) =>
    JSON.stringify(Properties).includes(`/${prefix}/account_id=`),
  ) as [string, object];
  expect(functions.map(({ DependsOn }) => DependsOn)).toEqual([[role]]);
});
