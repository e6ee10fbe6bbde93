import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoopbackServer } from './loopback-server.ts';
import { errorAnswer, LoopbackUploads, type S3Answer } from './loopback-uploads.ts';
import type { S3Request } from './s3-request.ts';

/** What a test makes S3 answer instead: a status with an error code, `reset` of the connection, or `hang`. */
export type S3Fault = { readonly status: number; readonly code: string } | 'reset' | 'hang' | undefined;

/** As much of S3 as the exporter uses, on loopback: objects whole or in parts, conditional, with their checksums checked. */
export class LoopbackS3 extends LoopbackServer {
  readonly objects = new Map<string, { readonly body: Buffer; readonly checksum: string | undefined }>();
  readonly uploads = new LoopbackUploads(this.objects);
  readonly requests: S3Request[] = [];
  /** Status of an absent key: S3 answers 403 to a caller who may not list the whole bucket. */
  absent: 404 | 403 = 404;
  /** As some S3-compatible stores do. */
  ignoresConditions = false;
  /** Keys of a page of a listing: few, so that every listing has several pages. Those of S3 have 1,000. */
  listPage = 3;
  /** Called before a request has its effect. */
  before: (request: S3Request) => S3Fault = () => undefined;
  /** Called after it had its effect: with a fault, the answer is lost. */
  after: (request: S3Request) => S3Fault = () => undefined;
  /** Whether the body of an answer ends with a reset after its half. */
  isCut: (request: S3Request) => boolean = () => false;
  /** How long the completion of an upload takes, milliseconds. Meanwhile spaces come, each tenth of it. */
  completionMs = 0;

  protected async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await bodyOf(incoming);
    // The client closed the connection before the request was complete.
    if (received === undefined) return;
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://s3');
    const request = {
      method: incoming.method ?? '',
      path: decodeURIComponent(pathname).slice(1),
      query: searchParams,
      headers: incoming.headers,
      body: received,
    };
    this.requests.push(request);
    response.sendDate = false;
    if (fail(response, this.before(request))) return;
    const isCompletion = request.method === 'POST' && request.query.has('uploadId');
    if (isCompletion && this.completionMs > 0) return await this.#completeSlowly(request, response);
    const answer = this.#answer(request);
    if (fail(response, this.after(request))) return;
    response.writeHead(answer.status, answer.headers);
    const body = request.method === 'HEAD' ? undefined : answer.body;
    if (body === undefined || !this.isCut(request)) response.end(body);
    else response.write(body.slice(0, body.length / 2), () => response.destroy());
  }

  /** As S3: Amazon S3 API Reference, CompleteMultipartUpload. What went wrong comes with status 200, too. */
  async #completeSlowly(request: S3Request, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/xml' }).write('<?xml version="1.0"?>');
    for (let i = 0; i < 10; i++) {
      await sleep(this.completionMs / 10);
      response.write(' ');
    }
    response.end(String(this.#answer(request).body).replace('<?xml version="1.0"?>', ''));
  }

  #list(bucket: string, query: URLSearchParams) {
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()]
      .filter((path) => path.startsWith(`${bucket}/`))
      .map((path) => path.slice(bucket.length + 1))
      .filter((key) => key.startsWith(prefix));
    const results = rolledUp(keys, prefix, query.get('delimiter'))
      .filter((key) => key > (query.get('start-after') ?? ''))
      .sort();
    const from = Number(query.get('continuation-token') ?? 0);
    const size = Math.min(this.listPage, Number(query.get('max-keys') ?? this.listPage));
    const contents = results.slice(from, from + size).map((key) => {
      const bytes = this.objects.get(`${bucket}/${key}`)?.body.length;
      if (bytes === undefined) return `<CommonPrefixes><Prefix>${key}</Prefix></CommonPrefixes>`;
      return `<Contents><Key>${key}</Key><Size>${bytes}</Size></Contents>`;
    });
    const isLast = from + size >= results.length;
    const next = isLast ? '' : `<NextContinuationToken>${from + size}</NextContinuationToken>`;
    const body = `<ListBucketResult><IsTruncated>${!isLast}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  }

  #answer(request: S3Request): S3Answer {
    const { method, path, query, headers, body } = request;
    const ofUpload = this.uploads.answer(request);
    if (ofUpload) return ofUpload;
    if (query.get('list-type') === '2') return this.#list(path.replace(/\/$/, ''), query);
    const existing = this.objects.get(path);
    if (method === 'PUT') {
      if (headers['if-none-match'] === '*' && existing && !this.ignoresConditions)
        return errorAnswer(412, 'PreconditionFailed');
      const match = headers['if-match'];
      if (match !== undefined && existing === undefined) return errorAnswer(404, 'NoSuchKey');
      if (match !== undefined && existing && match !== etagOf(existing.body))
        return errorAnswer(412, 'PreconditionFailed');
      const checksum = headers['x-amz-checksum-sha256'] as string | undefined;
      const actual = createHash('sha256').update(body).digest('base64');
      if (checksum !== undefined && checksum !== actual) return errorAnswer(400, 'BadDigest');
      this.objects.set(path, { body, checksum });
      return { status: 200, headers: { etag: etagOf(body) }, body: '' };
    }
    if (!existing) return this.absent === 404 ? errorAnswer(404, 'NoSuchKey') : errorAnswer(403, 'AccessDenied');
    const withChecksum = headers['x-amz-checksum-mode'] === 'ENABLED' && existing.checksum;
    return {
      status: 200,
      headers: {
        'content-length': String(existing.body.length),
        etag: etagOf(existing.body),
        ...(withChecksum && { 'x-amz-checksum-sha256': withChecksum }),
      },
      body: existing.body,
    };
  }
}

/** `undefined` where the connection was closed while it came. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch (error) {
    if (incoming.complete) throw error;
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** Keys, but those with the delimiter after the prefix as what comes before its end, once. */
function rolledUp(keys: readonly string[], prefix: string, delimiter: string | null): string[] {
  if (delimiter === null) return [...keys];
  const end = (key: string) => key.indexOf(delimiter, prefix.length) + delimiter.length;
  return [...new Set(keys.map((key) => (key.includes(delimiter, prefix.length) ? key.slice(0, end(key)) : key)))];
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function fail(response: ServerResponse, fault: S3Fault): boolean {
  if (fault === undefined) return false;
  if (fault === 'hang') return true;
  if (fault === 'reset') response.destroy();
  else {
    const answer = errorAnswer(fault.status, fault.code);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }
  return true;
}
