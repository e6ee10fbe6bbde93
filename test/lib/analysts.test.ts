import type { Template } from 'aws-cdk-lib/assertions';
import { readQueries, readViews, viewFileNames } from '../../sql/catalog.ts';
import { allowedStatements, DEFAULT_CONFIG, propertiesOf, synth } from './synth.ts';

const template: Template = synth({ ...DEFAULT_CONFIG, bytesScannedLimit: 50_000_000 });

interface View {
  readonly Name: string;
  readonly Description?: string;
  readonly TableType: string;
  readonly ViewOriginalText: string;
  readonly StorageDescriptor: { readonly Columns: readonly { readonly Name: string; readonly Type: string }[] };
}

const views = propertiesOf<{ TableInput: View }>(template, 'AWS::Glue::Table')
  .map(({ TableInput }) => TableInput)
  .filter(({ TableType }) => TableType === 'VIRTUAL_VIEW');

test('every file of sql/views is deployed as a view that bears its statement and its columns', () => {
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

test('no view has a description, for which Trino would take its comment', () => {
  expect(views.filter(({ Description }) => Description !== undefined)).toEqual([]);
});

test('every file of sql/queries is a named query of the workgroup', () => {
  const deployed = propertiesOf<{ Name: string; QueryString: string }>(template, 'AWS::Athena::NamedQuery');
  expect(deployed.map(({ Name, QueryString }) => [Name, QueryString]).sort()).toEqual(
    readQueries().map(({ name, sql }) => [name, sql]),
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

test('the policy of the analysts changes nothing but results and reads no intents', () => {
  const statements = allowedStatements(template).filter(({ Sid }) =>
    /^(QueryInTheWorkgroup|WriteAndReadResults|FindResults|ReadTheCatalog|.*RowsAndRecords|LocateTheHistory)$/.test(
      Sid ?? '',
    ),
  );
  expect(statements).toHaveLength(7);
  const writing = statements.filter(({ Action }) => [Action].flat().some((action) => /Put|Delete|Create/.test(action)));
  expect(writing.map(({ Sid }) => Sid)).toEqual(['WriteAndReadResults']);
  expect(statements.filter(({ Resource }) => [Resource].flat().includes('*'))).toEqual([]);
  expect(JSON.stringify(statements)).not.toContain('intents');
});
