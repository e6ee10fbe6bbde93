import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TrinoCatalog {
  /** Of Glue. */
  readonly endpoint: string;
  readonly s3Endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secret: string;
}

/** Writes Trino's configuration into `etc` of the folder: one node, and the Hive connector on Glue and S3. */
export function writeTrinoConfiguration(folder: string, port: number, catalog: TrinoCatalog): void {
  const { endpoint, s3Endpoint, region, accessKey, secret } = catalog;
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  const write = (name: string, lines: readonly string[]) => writeFileSync(join(etc, name), `${lines.join('\n')}\n`);
  write('node.properties', ['node.environment=local', 'node.id=local', `node.data-dir=${join(folder, 'data')}`]);
  write('jvm.config', ['-server', '-Xmx3G', '-XX:+ExitOnOutOfMemoryError', '-Djdk.attach.allowAttachSelf=true']);
  write('config.properties', [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    `http-server.http.port=${port}`,
    `discovery.uri=http://127.0.0.1:${port}`,
  ]);
  write('catalog/awsdatacatalog.properties', [
    'connector.name=hive',
    'hive.metastore=glue',
    `hive.metastore.glue.region=${region}`,
    `hive.metastore.glue.endpoint-url=${endpoint}`,
    `hive.metastore.glue.aws-access-key=${accessKey}`,
    `hive.metastore.glue.aws-secret-key=${secret}`,
    'hive.partition-projection-enabled=true',
    'fs.native-s3.enabled=true',
    `s3.endpoint=${s3Endpoint}`,
    `s3.region=${region}`,
    's3.path-style-access=true',
    `s3.aws-access-key=${accessKey}`,
    `s3.aws-secret-key=${secret}`,
  ]);
}
