import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StackInstance } from '../../hub/ports.ts';
import { LoopbackServer } from './loopback-server.ts';

/** What a test makes a service answer instead: a status with an error's name, `reset` of the connection, or `hang`. */
export type HubFault = { readonly status: number; readonly name: string } | 'reset' | 'hang' | undefined;

interface Table {
  readonly [name: string]: unknown;
  readonly Parameters: Record<string, string>;
}

/** As much of AWS CloudFormation and AWS Glue as the hub uses, on loopback. */
export class LoopbackHub extends LoopbackServer {
  instances: readonly StackInstance[] = [];
  /** Tables by name, as GetTable gives them. */
  readonly tables = new Map<string, Table>();
  /** Calls in order: the action and its input. */
  readonly requests: { readonly action: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  /** Instances of a page. */
  pageSize = 2;
  /** Called before a request has its effect. */
  before: (action: string, input: Readonly<Record<string, unknown>>) => HubFault = () => undefined;

  protected async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const target = incoming.headers['x-amz-target'];
    const isGlue = typeof target === 'string';
    const input = (isGlue ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))) as Record<
      string,
      unknown
    >;
    const action = isGlue ? target.replace('AWSGlue.', '') : String(input.Action);
    this.requests.push({ action, input });
    const fault = this.before(action, input);
    if (fault === 'hang') return;
    if (fault === 'reset') return void response.destroy();
    if (fault) return this.#fail(response, isGlue, fault);
    if (isGlue) this.#glue(response, action, input);
    else response.writeHead(200, { 'content-type': 'text/xml' }).end(this.#instances(input));
  }

  #fail(response: ServerResponse, isGlue: boolean, { status, name }: { status: number; name: string }): void {
    const message = `${name} from loopback`;
    if (isGlue) {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': name };
      response.writeHead(status, headers).end(JSON.stringify({ __type: name, message }));
    } else {
      const error = `<Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error>`;
      response.writeHead(status, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
    }
  }

  /** Source: AWS CloudFormation API Reference, ListStackInstances, Sample Response. */
  #instances({ NextToken = '0' }: Readonly<Record<string, unknown>>): string {
    const from = Number(NextToken);
    const members = this.instances.slice(from, from + this.pageSize).map((instance) => {
      const { account, region, status, detailedStatus, reason } = instance;
      const element = (name: string, value: string | undefined) =>
        value === undefined ? '' : `<${name}>${value}</${name}>`;
      const detailed = detailedStatus && `<DetailedStatus>${detailedStatus}</DetailedStatus>`;
      return `<member>${element('Account', account)}${element('Region', region)}${element('Status', status)}${element(
        'StatusReason',
        reason,
      )}${element('StackInstanceStatus', detailed)}</member>`;
    });
    const isLast = from + this.pageSize >= this.instances.length;
    const next = isLast ? '' : `<NextToken>${from + this.pageSize}</NextToken>`;
    const result = `<Summaries>${members.join('')}</Summaries>${next}`;
    return (
      '<ListStackInstancesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">' +
      `<ListStackInstancesResult>${result}</ListStackInstancesResult></ListStackInstancesResponse>`
    );
  }

  #glue(response: ServerResponse, action: string, input: Readonly<Record<string, unknown>>): void {
    const wanted = input.TableInput as Table | undefined;
    const name = String(wanted ? wanted.Name : input.Name);
    const table = this.tables.get(name);
    if (!table) {
      this.#fail(response, true, { status: 400, name: 'EntityNotFoundException' });
      return;
    }
    if (wanted) {
      if (input.VersionId !== table.VersionId) {
        this.#fail(response, true, { status: 400, name: 'ConcurrentModificationException' });
        return;
      }
      const { CreateTime, DatabaseName } = table;
      this.tables.set(name, { ...wanted, CreateTime, DatabaseName, VersionId: String(Number(table.VersionId) + 1) });
    }
    const answer = action === 'GetTable' ? { Table: table } : {};
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  }
}

/** A table as AWS Glue gives it, with an enum for each column of its partitions. */
export function tableOf(name: string): Table {
  const columns = ['account_id', 'region', 'export_name'];
  return {
    Name: name,
    DatabaseName: 'iot_jobs',
    CreateTime: 1_700_000_000,
    CreatedBy: 'arn:aws:iam::111122223333:role/deploy',
    IsRegisteredWithLakeFormation: false,
    CatalogId: '111122223333',
    VersionId: '3',
    TableType: 'EXTERNAL_TABLE',
    Retention: 0,
    PartitionKeys: columns.map((column) => ({ Name: column, Type: 'string' })),
    StorageDescriptor: {
      Columns: [{ Name: 'job_id', Type: 'string', Comment: 'Id' }],
      Location: `s3://history/${name}/`,
      SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
    },
    Parameters: {
      EXTERNAL: 'TRUE',
      ...Object.fromEntries(columns.map((column) => [`projection.${column}.type`, 'enum'])),
      'projection.account_id.values': '999999999999',
    },
  };
}
