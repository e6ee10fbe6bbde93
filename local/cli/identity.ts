import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { credentialsError, firstLine } from '../../lambda/aws/credentials-error.ts';
import { timeouts } from '../../lambda/aws/timeouts.ts';
import { CredentialsError, ServiceUnavailableError } from '../../lambda/errors.ts';
import { UsageError } from './usage-error.ts';

/** Settings of AWS clients. The SDK resolves those that are absent. */
export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
}

/** STS usually answers within a second. The SDK makes three attempts. */
const ANSWER_MS = 10_000;

/** Error codes of name resolution: the name does not exist, or there is no resolver. */
const NAME_NOT_FOUND = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/**
 * Resolves account and Region of credentials and settings.
 *
 * @throws UsageError for a Region that is missing or malformed
 * @throws CredentialsError, ServiceUnavailableError
 */
export async function findAccount(settings: ClientSettings, signal: AbortSignal) {
  const client = new STSClient({
    ...settings,
    requestHandler: timeouts({ answerMs: ANSWER_MS, silenceMs: ANSWER_MS }),
  });
  try {
    const region = await regionOf(client);
    const { Account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    if (!/^\d{12}$/.test(Account ?? '')) throw new Error(`GetCallerIdentity gave no account: ${Account}`);
    return { accountId: Account as string, region };
  } catch (error) {
    signal.throwIfAborted();
    throw identityError(error, settings.profile);
  } finally {
    client.destroy();
  }
}

async function regionOf(client: STSClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    const text = firstLine((error as Error).message);
    throw new UsageError(
      /missing/i.test(text)
        ? 'No AWS Region is set: pass --region, or set AWS_REGION, or a region in the profile'
        : `${text} Pass --region with a Region such as eu-west-1`,
      { cause: error },
    );
  }
}

function identityError(error: unknown, profile: string | undefined): unknown {
  const { name, message, code, hostname } = error as Error & { code?: string; hostname?: string };
  if (error instanceof UsageError) return error;
  const cause = { cause: error };
  if (code && NAME_NOT_FOUND.has(code)) {
    return new ServiceUnavailableError(
      `There is no ${hostname ?? 'such host'} (${code}): is the Region right, and is there a network?`,
      cause,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) {
    return profile === undefined
      ? credentials
      : new CredentialsError(`With profile "${profile}": ${credentials.message}`, cause);
  }
  return new ServiceUnavailableError(
    `AWS STS did not say which account this is (${code ?? name}: ${firstLine(message)}): look at the network, at ` +
      'AWS_ENDPOINT_URL if it is set, and at `aws sts get-caller-identity`',
    cause,
  );
}
