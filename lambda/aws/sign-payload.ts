import type { UploadPartCommand } from '@aws-sdk/client-s3';
import type { Middleware } from './attempts.ts';

/**
 * Makes the SDK sign a request with this SHA-256 of the body, hex, instead of computing it. S3 refuses a body with another.
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
