import type { DescribeJobCommand, ListJobsCommand } from '@aws-sdk/client-iot';
import type { Middleware } from './attempts.ts';

/** The part of an HTTP response that is used here. */
interface RawResponse {
  readonly statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/**
 * Reads the body of a successful answer before the SDK's deserializer, which costs more CPU than the rest of a page. The SDK
 * still signs, retries and reads errors.
 *
 * @param read gets the text of the body; the SDK treats an error that it throws as an error of its own
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
    // Nearer to the network, so that answers pass here first.
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
