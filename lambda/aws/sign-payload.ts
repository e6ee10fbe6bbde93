import type { UploadPartCommand } from '@aws-sdk/client-s3';
import type { Middleware } from './attempts.ts';

/**
 * Has a request signed for a body of this SHA-256, hex, instead of one that the SDK computes anew. S3 refuses another body.
 * Source: AWS IAM User Guide, "Create a signed AWS API request", Calculate the hash of the payload; Amazon S3 API Reference,
 * "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", x-amz-content-sha256.
 */
export function signPayload(command: UploadPartCommand, sha256: string): void {
  const middleware: Middleware = (next) => (args) => {
    args.request.headers['x-amz-content-sha256'] = sha256;
    return next(args);
  };
  command.middlewareStack.add(middleware, { step: 'build', name: 'signPayload' });
}
