import { CredentialsError } from '../errors.ts';

/** Names by which AWS and the SDK say that it is the credentials. */
const NAMES = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);

/** The error to show when it was the credentials; `undefined` when it was not. */
export function credentialsError(error: unknown): CredentialsError | undefined {
  if (!(error instanceof Error) || !NAMES.has(error.name)) return undefined;
  const isExpired = /expired/i.test(`${error.name} ${error.message}`);
  return new CredentialsError(
    isExpired
      ? `The AWS credentials have expired (${error.name}): renew them, as by \`aws sso login\`, and run again`
      : `No valid AWS credentials (${error.name}: ${firstLine(error.message)}): set AWS_PROFILE, or sign in, ` +
          'and check with `aws sts get-caller-identity`',
    { cause: error },
  );
}

export function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
