import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { TABLES } from '../../../local/history/tables.ts';

/** Puts the rows, changes, details and records of a directory into a bucket, under their relative paths. @returns how many */
export async function upload(directory: string, bucket: string, config: S3ClientConfig): Promise<number> {
  const client = new S3Client({ ...config, forcePathStyle: true });
  const tables = TABLES.filter(({ folder }) => existsSync(join(directory, folder)));
  const files = tables.flatMap(({ folder }) =>
    readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (let i = 0; i < files.length; i += 32) {
    const puts = files.slice(i, i + 32).map((file) => {
      const where = { Bucket: bucket, Key: relative(directory, file), IfNoneMatch: '*' };
      return client.send(new PutObjectCommand({ ...where, Body: readFileSync(file) }));
    });
    await Promise.all(puts);
  }
  client.destroy();
  return files.length;
}
