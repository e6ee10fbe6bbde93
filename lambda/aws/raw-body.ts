import type { DescribeJobCommand, ListJobsCommand } from '@aws-sdk/client-iot';
import type { Middleware } from './attempts.ts';

/** As much of an HTTP response as is in use here. */
interface RawResponse {
  readonly statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/**
 * Takes the body of a good answer past the SDK's deserializer, which walks every field of every job by its schema and
 * costs more than all the rest of a page. Signing, retries and errors stay the SDK's.
 *
 * @param read takes the text of the body; what it throws passes through the SDK's retries like an error of the SDK
 */
export function readRawBody(command: ListJobsCommand | DescribeJobCommand, read: (body: string) => void): void {
  const beforeDeserializer: Middleware = (next) => async (args) => {
    const result = await next(args);
    const response = result.response as RawResponse;
    if (response.statusCode === 200) {
      read(await textOf(response.body));
      response.body = new Uint8Array();
    }
    return result;
  };
  command.middlewareStack.addRelativeTo(beforeDeserializer, {
    name: 'readRawBody',
    // Nearer to the wire: an answer passes here first.
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
  });
}

async function textOf(body: RawResponse['body']): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
