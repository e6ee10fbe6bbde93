import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { firstLine } from '../../lambda/aws/credentials-error.ts';
import { fullObjectSha256 } from '../../lambda/aws/full-object-sha256.ts';
import { createS3Client, SMALL_CALL_MS } from '../../lambda/aws/s3-client.ts';
import { isNoSuchKey, s3Error } from '../../lambda/aws/s3-error.ts';
import { StoreUnavailableError } from '../../lambda/errors.ts';
import { AbsentObjectError, type Archive, BrokenBodyError, type StoredKey } from './archive.ts';

export interface S3ArchiveProps {
  readonly bucket: string;
  /** Prefix of all keys, without a trailing slash; may be empty. */
  readonly prefix: string;
  readonly client: S3ClientConfig;
}

/** Timeout until the response begins. A body may take longer while bytes arrive. */
const ANSWER = { requestTimeout: SMALL_CALL_MS };

/** A bucket of snapshots. Stored checksums are the SHA-256 that S3 verified on upload. */
export function s3Archive({ bucket, prefix, client: config }: S3ArchiveProps): Archive {
  const client = createS3Client(config);
  const keyPrefix = prefix ? `${prefix}/` : '';
  const location = (key: string) => ({ Bucket: bucket, Key: keyPrefix + key });

  async function call<T>(action: string, key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const { Bucket, Key } = location(key);
      if (isNoSuchKey(error)) throw new AbsentObjectError(`There is no ${Key} in ${Bucket}`, { cause: error });
      const converted = s3Error(error, action, location(key));
      if (!(converted instanceof StoreUnavailableError)) throw converted;
      throw new StoreUnavailableError(
        `S3 did not answer ${action} on ${Bucket}/${Key} as it should, through all retries (${errorText(error)}): ` +
          'check the network and the AWS Health Dashboard, then run again',
        { cause: error },
      );
    }
  }

  async function* bytesOf(key: string, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw new BrokenBodyError(
        `${keyPrefix}${key} of ${bucket} broke off while it was read (${errorText(error)}): run again`,
        {
          cause: error,
        },
      );
    }
  }

  function storedKeys({ Contents = [], EncodingType }: ListObjectsV2CommandOutput): StoredKey[] {
    return Contents.map(({ Key = '', Size = 0, LastModified }) => ({
      key: (EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key).slice(keyPrefix.length),
      bytes: Size,
      ...(LastModified && { modifiedAt: LastModified.getTime() }),
    }));
  }

  /**
   * URL-encoded, because keys can contain characters that are invalid in XML. Source: Amazon S3 API Reference,
   * ListObjectsV2.
   */
  const listing = (Prefix: string) => ({ Bucket: bucket, Prefix, EncodingType: 'url' as const });

  return {
    async *list(below) {
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({ ...listing(`${keyPrefix}${below}/`), ContinuationToken: token });
        const page = await call('s3:ListBucket', below, () => client.send(command, ANSWER));
        yield* storedKeys(page);
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async find(key) {
      // Keys are listed in byte order, so the key itself comes first among those with it as prefix.
      const command = new ListObjectsV2Command({ ...listing(location(key).Key), MaxKeys: 1 });
      const [first] = storedKeys(await call('s3:ListBucket', key, () => client.send(command, ANSWER)));
      return first?.key === key ? first : undefined;
    },
    async read(key) {
      const { Body } = await call('s3:GetObject', key, () => client.send(new GetObjectCommand(location(key)), ANSWER));
      return bytesOf(key, Body as AsyncIterable<Uint8Array>);
    },
    async storedSha256(key) {
      const command = new HeadObjectCommand({ ...location(key), ChecksumMode: 'ENABLED' });
      const { ChecksumSHA256 } = await call('s3:GetObject', key, () => client.send(command, ANSWER));
      return fullObjectSha256(ChecksumSHA256);
    },
  };
}

function errorText(error: unknown): string {
  const { name, message } = error as Error;
  return `${name}: ${firstLine(message)}`;
}
