import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { ExporterConfig } from '../../lib/config/index.ts';
import { MAX_ANALYST_ACCOUNTS } from '../../lib/history/analyst-role.ts';
import { MAX_RETIRED_KEYS } from '../../lib/history/history-rules.ts';
import { readQueries, readViews, viewFileNames } from '../../sql/catalog.ts';
import { allowedStatements, DEFAULT_CONFIG, propertiesOf, synth } from './synth.ts';
import { hubOf, resolved } from './synth-hub.ts';

const template: Template = synth({ ...DEFAULT_CONFIG, bytesScannedLimit: 50_000_000 });

interface View {
  readonly Name: string;
  readonly Description?: string;
  readonly TableType: string;
  readonly ViewOriginalText: string;
  readonly StorageDescriptor: {
    readonly Columns: readonly { readonly Name: string; readonly Type: string }[];
    readonly SerdeInfo?: object;
  };
}

const views = propertiesOf<{ TableInput: View }>(template, 'AWS::Glue::Table')
  .map(({ TableInput }) => TableInput)
  .filter(({ TableType }) => TableType === 'VIRTUAL_VIEW');

test('every file of sql/views is deployed as a view that has its statement and its columns', () => {
  expect(views.map(({ Name }) => Name).sort()).toEqual(viewFileNames());
  for (const file of readViews()) {
    const view = views.find(({ Name }) => Name === file.name);
    const encoded = /^\/\* Presto View: (?<json>\S+) \*\/$/.exec(view?.ViewOriginalText ?? '')?.groups?.json ?? '';
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString())).toEqual({
      originalSql: file.sql,
      catalog: 'awsdatacatalog',
      schema: 'iot_jobs',
      columns: file.columns.map(({ name, type }) => ({ name, type })),
    });
    expect(view?.StorageDescriptor.Columns.map(({ Name }) => Name)).toEqual(file.columns.map(({ name }) => name));
  }
});

test('every view has a SerdeInfo, without which Athena fails', () => {
  expect(views.map(({ StorageDescriptor }) => StorageDescriptor.SerdeInfo)).toEqual(views.map(() => ({})));
});

test('no view has a description, for which Trino would take its comment', () => {
  expect(views.filter(({ Description }) => Description !== undefined)).toEqual([]);
});

test('every file of sql/queries is a named query of the workgroup, with what it reads', () => {
  const deployed = propertiesOf<{ Name: string; Description: string; QueryString: string }>(
    template,
    'AWS::Athena::NamedQuery',
  );
  expect(deployed.map(({ Name, Description, QueryString }) => [Name, Description, QueryString]).sort()).toEqual(
    readQueries().map(({ name, question, reads, sql }) => [name, `${question} Reads ${reads}.`, sql]),
  );
});

test('the workgroup holds queries to engine version 3, encrypted results and the limit of the configuration', () => {
  template.hasResourceProperties('AWS::Athena::WorkGroup', {
    WorkGroupConfiguration: {
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 50_000_000,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    },
  });
});

test('a limit below 10 MB is refused with the least that Athena takes', () => {
  expect(() => synth({ ...DEFAULT_CONFIG, bytesScannedLimit: 1000 })).toThrow(
    /bytesScannedLimit must be a whole number of bytes from 10000000 \(10 MB\).*1000/,
  );
});

const OF_ANALYSTS =
  /^(QueryInTheWorkgroup|WriteAndReadResults|FindResults|ReadTheCatalog|(Read|List)TheHistory|LocateTheHistory|ListForTheConsole|BrowseTheCatalog)$/;

test('the policy of the analysts changes nothing but results and reads no intents', () => {
  const statements = allowedStatements(template).filter(({ Sid }) => OF_ANALYSTS.test(Sid ?? ''));
  expect(statements).toHaveLength(9);
  const writing = statements.filter(({ Action }) => [Action].flat().some((action) => /Put|Delete|Create/.test(action)));
  expect(writing.map(({ Sid }) => Sid)).toEqual(['WriteAndReadResults']);
  expect(statements.filter(({ Resource }) => [Resource].flat().includes('*')).map(({ Sid }) => Sid)).toEqual([
    'ListForTheConsole',
  ]);
  expect(JSON.stringify(statements)).not.toContain('intents');
});

test("the policy of the analysts has what Athena's console asks for, on the one catalog where there is a resource", () => {
  const actionsOf = (sid: string) => allowedStatements(template).find(({ Sid }) => Sid === sid);
  expect(actionsOf('ListForTheConsole')?.Action).toEqual([
    'athena:ListDataCatalogs',
    'athena:ListEngineVersions',
    'athena:ListWorkGroups',
  ]);
  expect(actionsOf('BrowseTheCatalog')?.Action).toEqual([
    'athena:GetDataCatalog',
    'athena:GetDatabase',
    'athena:GetTableMetadata',
    'athena:ListDatabases',
    'athena:ListTableMetadata',
  ]);
  expect(JSON.stringify(actionsOf('BrowseTheCatalog')?.Resource)).toContain(':datacatalog/AwsDataCatalog"');
});

test.each<[string, (config: ExporterConfig) => Template]>([
  ['one account', synth],
  ['a hub', hubOf],
])(
  'the database of %s has the name of the configuration: tables, views, queries, workgroup and policy, too',
  (_, make) => {
    const made = make({ ...DEFAULT_CONFIG, databaseName: 'fleet_jobs' });
    made.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'fleet_jobs' } });
    made.hasResourceProperties('AWS::Athena::WorkGroup', { Name: Match.stringLikeRegexp('^fleet_jobs-IotJobs') });
    made.allResourcesProperties('AWS::Athena::NamedQuery', { Database: 'fleet_jobs' });
    made.hasOutput('Database', { Value: 'fleet_jobs' });
    const texts = propertiesOf<{ TableInput: View }>(made, 'AWS::Glue::Table').flatMap(({ TableInput }) =>
      TableInput.TableType === 'VIRTUAL_VIEW' ? [TableInput.ViewOriginalText.split(' ')[3] ?? ''] : [],
    );
    expect(texts.length).toBe(viewFileNames().length);
    const decoded = texts.map((text) => JSON.parse(Buffer.from(text, 'base64').toString()));
    expect(decoded.map(({ schema }) => schema)).toEqual(texts.map(() => 'fleet_jobs'));
    expect(JSON.stringify(made)).not.toMatch(/\biot_jobs\b/);
    expect(decoded.filter(({ originalSql }) => /\biot_jobs\b/.test(originalSql))).toEqual([]);
  },
);

describe('analysts of other accounts', () => {
  const analystAccounts = ['444444444444', '333333333333'];

  test.each<[string, (config: ExporterConfig) => Template]>([
    ['one account', synth],
    ['a hub', hubOf],
  ])('take a role of the history of %s that has the policy of the analysts and nothing else', (_, make) => {
    const made = make({ ...DEFAULT_CONFIG, analystAccounts });
    type Role = { AssumeRolePolicyDocument: { Statement: object[] }; ManagedPolicyArns?: object; Policies?: object };
    const roles = propertiesOf<Role>(made, 'AWS::IAM::Role').filter(({ ManagedPolicyArns }) => ManagedPolicyArns);
    expect(roles.map(({ ManagedPolicyArns, Policies }) => [ManagedPolicyArns, Policies])).toEqual([
      [[{ Ref: 'HistoryIotJobsAnalyst49F0093D' }], undefined],
    ]);
    const trust = JSON.parse(resolved(roles[0]?.AssumeRolePolicyDocument.Statement));
    const root = (account: string) => expect.stringMatching(new RegExp(`^arn:aws(-us-gov)?:iam::${account}:root$`));
    expect(trust).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS: ['333333333333', '444444444444'].map(root) } },
    ]);
    made.hasOutput('AnalystRole', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('AnalystRole'), 'Arn'] } });
  });

  test('are none by default, and then there is no role', () => {
    expect(Object.keys(template.findOutputs('AnalystRole'))).toEqual([]);
    expect(JSON.stringify(template)).not.toContain('AnalystRole');
  });

  test('are as many as a trust policy of 2,048 characters names in the partition of the longest name', () => {
    const accounts = Array.from({ length: MAX_ANALYST_ACCOUNTS }, (_, index) => String(200_000_000_000 + index));
    const made = synth({ ...DEFAULT_CONFIG, analystAccounts: accounts });
    type Role = { AssumeRolePolicyDocument: object; ManagedPolicyArns?: object };
    const [role] = propertiesOf<Role>(made, 'AWS::IAM::Role').filter(({ ManagedPolicyArns }) => ManagedPolicyArns);
    expect(resolved(role?.AssumeRolePolicyDocument).length).toBeLessThan(2048);
    expect(() => synth({ ...DEFAULT_CONFIG, analystAccounts: [...accounts, '999999999999'] })).toThrow(
      `analystAccounts must name ${MAX_ANALYST_ACCOUNTS} accounts at most`,
    );
  });
});

test('the policy of the analysts has room in 6,144 characters, with names and keys of the longest', () => {
  const retiredKeys = Array.from(
    { length: MAX_RETIRED_KEYS },
    (_, index) =>
      `arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/${String(index).padStart(8, '0')}-12ab-34cd-56ef-1234567890ab`,
  );
  const made = synth({ ...DEFAULT_CONFIG, databaseName: 'x'.repeat(255), retiredKeys });
  const [policy] = propertiesOf<{ PolicyDocument: object }>(made, 'AWS::IAM::ManagedPolicy');
  expect(resolved(policy?.PolicyDocument).length).toBeLessThan(6144);
  const more = [
    ...retiredKeys,
    'arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/11111111-12ab-34cd-56ef-1234567890ab',
  ];
  expect(() => synth({ ...DEFAULT_CONFIG, retiredKeys: more })).toThrow(
    `retiredKeys must name ${MAX_RETIRED_KEYS} keys at most`,
  );
});
