import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer } from './loopback-server.ts';

/** An answer of AWS IoT. */
export interface IotAnswer {
  readonly status?: number;
  /** The error's name, as AWS sends it beside the body. */
  readonly errorType?: string;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly fault?: 'hang' | 'reset' | 'reset-in-body';
}

/** AWS IoT on loopback, answering by a function. It sends no Date, so that no clock skew is seen. */
export class LoopbackIot extends LoopbackServer {
  readonly queries: Record<string, string>[] = [];
  answer: (query: Record<string, string>, call: number) => IotAnswer = () => ({ body: { jobs: [] } });
  /** Names of the thing groups that were looked up. */
  readonly lookedUp: string[] = [];
  describeThingGroup: (name: string) => IotAnswer = (thingGroupName) => ({ body: { thingGroupName } });
  /** Ids of the jobs that were described, as the path had them. */
  readonly described: string[] = [];
  /** `before`: how often the job was requested before. */
  describeJob: (jobId: string, before: number) => IotAnswer = (jobId) => ({ body: { job: { jobId } } });

  protected serve(request: IncomingMessage, response: ServerResponse): void {
    const { status = 200, errorType, body = {}, fault } = this.#answer(new URL(request.url ?? '/', 'http://iot'));
    if (fault === 'hang') return;
    if (fault === 'reset') return void response.destroy();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.sendDate = false;
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...(errorType && { 'x-amzn-errortype': errorType }),
    });
    if (fault !== 'reset-in-body') return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }

  #answer({ pathname, searchParams }: URL): IotAnswer {
    const [, thingGroup] = /^\/thing-groups\/([^/]+)$/.exec(pathname) ?? [];
    if (thingGroup !== undefined) {
      this.lookedUp.push(decodeURIComponent(thingGroup));
      return this.describeThingGroup(decodeURIComponent(thingGroup));
    }
    const [, job] = /^\/jobs\/([^/]+)$/.exec(pathname) ?? [];
    if (job !== undefined) {
      const before = this.described.filter((described) => described === job).length;
      this.described.push(job);
      return this.describeJob(job, before);
    }
    const query = Object.fromEntries(searchParams);
    this.queries.push(query);
    return this.answer(query, this.queries.length - 1);
  }
}
