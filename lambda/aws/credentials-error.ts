import { CredentialsError } from '../errors.ts';

/** Names of errors about credentials, from AWS and the SDK. */
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

/** The error to show when the credentials are the cause; `undefined` otherwise. */
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
