import type { IncomingMessage, ServerResponse } from 'node:http';
import { Executions } from './executions.ts';
import { LoopbackServer } from './loopback-server.ts';

export interface SfnRequest {
  readonly action: 'StartExecution' | 'DescribeExecution';
  readonly input: Readonly<Record<string, string>>;
}

/** What a test makes Step Functions answer instead: a status with an error's name, `reset` of the connection, or `hang`. */
export type SfnFault = { readonly status: number; readonly name: string } | 'reset' | 'hang' | undefined;

/** Source: AWS Step Functions API Reference, StartExecution, name. */
const NAME = /^[0-9A-Za-z_-]{1,80}$/;
const MAX_INPUT_BYTES = 262_144;

/** Step Functions on loopback, with one state machine, of which nothing runs by itself. */
export class LoopbackSfn extends LoopbackServer {
  readonly stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:continue';
  readonly executions = new Executions();
  readonly requests: SfnRequest[] = [];
  /** Called before a request has its effect. */
  before: (request: SfnRequest) => SfnFault = () => undefined;
  /** Called after it had its effect: with a fault, the answer is lost. */
  after: (request: SfnRequest) => SfnFault = () => undefined;

  protected async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      action: String(incoming.headers['x-amz-target']).replace('AWSStepFunctions.', '') as SfnRequest['action'],
      input: JSON.parse(Buffer.concat(chunks).toString()) as SfnRequest['input'],
    };
    this.requests.push(request);
    response.sendDate = false;
    if (fail(response, this.before(request))) return;
    const answer = request.action === 'StartExecution' ? this.#begin(request.input) : this.#describe(request.input);
    if (fail(response, this.after(request))) return;
    if (typeof answer === 'string') fail(response, { status: 400, name: answer });
    else response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  }

  /** An answer, or the name of an error. */
  #begin({ stateMachineArn, name = '', input = '{}' }: SfnRequest['input']): object | string {
    if (stateMachineArn !== this.stateMachineArn) return 'StateMachineDoesNotExist';
    if (!NAME.test(name)) return 'InvalidName';
    if (Buffer.byteLength(input) > MAX_INPUT_BYTES) return 'InvalidExecutionInput';
    const execution = this.executions.start(name, input);
    return execution ? { executionArn: this.#arn(name), startDate: 1 } : 'ExecutionAlreadyExists';
  }

  #describe({ executionArn = '' }: SfnRequest['input']): object | string {
    const execution = this.executions.get(executionArn.split(':').at(-1) ?? '');
    if (execution === undefined || executionArn !== this.#arn(execution.name)) return 'ExecutionDoesNotExist';
    const { name, status, input } = execution;
    return { executionArn, stateMachineArn: this.stateMachineArn, name, status, input, startDate: 1 };
  }

  #arn(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

function fail(response: ServerResponse, fault: SfnFault): boolean {
  if (fault === undefined) return false;
  if (fault === 'hang') return true;
  if (fault === 'reset') response.destroy();
  else {
    const { status, name } = fault;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': name };
    response
      .writeHead(status, headers)
      .end(JSON.stringify({ __type: `com.amazonaws.sfn#${name}`, message: `${name} from loopback` }));
  }
  return true;
}
