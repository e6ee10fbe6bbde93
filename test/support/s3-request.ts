import type { IncomingMessage } from 'node:http';

/** A request that a loopback S3 was sent. */
export interface S3Request {
  readonly method: string;
  /** Bucket and key. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}
