import { createHash } from 'node:crypto';
import { MIN_PART_BYTES } from '../../lambda/aws/s3-uploads.ts';
import { MAX_PART_NUMBER } from '../../lambda/ports.ts';
import type { S3Request } from './s3-request.ts';

type Objects = Map<string, { readonly body: Buffer; readonly checksum: string | undefined }>;

/** What S3 answers. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** An upload that was neither completed nor ended. */
export interface OpenUpload {
  readonly id: string;
  /** Bucket and key. */
  readonly path: string;
  readonly headers: S3Request['headers'];
  readonly parts: ReadonlyMap<number, Part>;
}

interface Part {
  readonly body: Buffer;
  readonly etag: string;
}

type Upload = OpenUpload & { readonly parts: Map<number, Part> };

/** An additional checksum of a part, by its header. */
const CHECKSUM = /^x-amz-(?:checksum-|sdk-checksum-algorithm|trailer)/;

/**
 * Multipart uploads of S3, with its refusals. Source: Amazon S3 API Reference, CompleteMultipartUpload, UploadPart and
 * AbortMultipartUpload, Errors.
 */
export class LoopbackUploads {
  /** Bytes of a part at least, but for the last: fewer where a test has no use for so many. */
  minPartBytes = MIN_PART_BYTES;
  readonly #open = new Map<string, Upload>();
  readonly #objects: Objects;
  #begun = 0;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Those that are open, in the order in which they began. */
  get open(): readonly OpenUpload[] {
    return [...this.#open.values()];
  }

  /** Lets an upload end, as the bucket's lifecycle may. */
  end(id: string): void {
    this.#open.delete(id);
  }

  /** The answer to a request that has to do with an upload; `undefined` to any other. */
  answer(request: S3Request): S3Answer | undefined {
    const { method, query } = request;
    if (method === 'POST' && query.has('uploads')) return this.#begin(request);
    const id = query.get('uploadId');
    if (id === null) return undefined;
    const upload = this.#open.get(id);
    if (upload?.path !== request.path) return errorAnswer(404, 'NoSuchUpload');
    if (method === 'PUT') return putPart(upload, request);
    if (method === 'POST') return this.#complete(upload, request);
    this.#open.delete(id);
    return { status: 204, headers: {}, body: '' };
  }

  #begin({ path, headers }: S3Request): S3Answer {
    this.#begun += 1;
    const id = `upload-${this.#begun}`;
    this.#open.set(id, { id, path, headers, parts: new Map() });
    return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }

  #complete({ id, path, parts }: Upload, { headers, body }: S3Request): S3Answer {
    const named = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
      number: Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(part)?.[1]),
      etag: /<ETag>(.*?)<\/ETag>/.exec(part)?.[1]?.replaceAll('&quot;', '"'),
    }));
    if (named.length === 0) return errorAnswer(400, 'MalformedXML');
    if (named.some(({ number }, i) => i > 0 && number <= (named[i - 1]?.number ?? 0)))
      return errorAnswer(400, 'InvalidPartOrder');
    const storedParts = named.map(({ number }) => parts.get(number));
    if (storedParts.some((part, i) => part === undefined || part.etag !== named[i]?.etag))
      return errorAnswer(400, 'InvalidPart');
    const bodies = storedParts.map((part) => part?.body ?? Buffer.of());
    if (bodies.slice(0, -1).some(({ length }) => length < this.minPartBytes)) return errorAnswer(400, 'EntityTooSmall');
    if (headers['if-none-match'] === '*' && this.#objects.has(path)) return errorAnswer(412, 'PreconditionFailed');
    this.#objects.set(path, { body: Buffer.concat(bodies), checksum: undefined });
    this.#open.delete(id);
    return xml('<CompleteMultipartUploadResult><ETag>"0-1"</ETag></CompleteMultipartUploadResult>');
  }
}

function putPart({ headers: begun, parts }: Upload, request: S3Request): S3Answer {
  const { query, headers, body } = request;
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) return errorAnswer(400, 'InvalidArgument');
  // The upload was begun without an algorithm. With one on its parts, their numbers would have to follow one another.
  if (Object.keys(headers).some((name) => CHECKSUM.test(name))) return errorAnswer(400, 'InvalidRequest');
  if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex'))
    return errorAnswer(400, 'XAmzContentSHA256Mismatch');
  const md5 = createHash('md5').update(body).digest();
  const contentMd5 = headers['content-md5'];
  if (contentMd5 === undefined && begun['x-amz-object-lock-mode'] !== undefined)
    return errorAnswer(400, 'InvalidRequest');
  if (contentMd5 !== undefined && contentMd5 !== md5.toString('base64')) return errorAnswer(400, 'BadDigest');
  const etag = `"${md5.toString('hex')}"`;
  parts.set(number, { body, etag });
  return { status: 200, headers: { etag }, body: '' };
}

function xml(body: string): S3Answer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?>${body}` };
}

export function errorAnswer(status: number, code: string): S3Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} from loopback</Message></Error>`,
  };
}
