import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CompleteMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/protocols';
import { createS3Client } from '../../../lambda/aws/s3-client.ts';

const putOf = (body: Uint8Array) => new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: body, ChecksumSHA256: 'x' });

/** What each attempt of a call sends: pieces, or the whole body. The first attempts fail. */
async function attempts(command: PutObjectCommand | CompleteMultipartUploadCommand, failures: number) {
  const given: Uint8Array[][] = [];
  const client = createS3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      async handle(request: { body: Uint8Array | Readable }) {
        const { body: sent } = request;
        given.push(sent instanceof Readable ? ((await sent.toArray()) as Uint8Array[]) : [sent]);
        const statusCode = given.length > failures ? 200 : 500;
        return { response: new HttpResponse({ statusCode, headers: {}, body: Buffer.from('<Result/>') }) };
      },
    } as never,
  });
  await client.send(command as PutObjectCommand);
  return given;
}

it('gives a large body to the connection in pieces, on which a timeout of silence sees progress, at each attempt', async () => {
  const body = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);
  const [first = [], second = []] = await attempts(putOf(body), 1);
  for (const pieces of [first, second]) {
    expect(pieces).toHaveLength(4);
    expect((await buffer(Readable.from(pieces))).equals(body)).toBe(true);
  }
});

it('gives a small body as it is', async () => {
  const body = Uint8Array.of(1, 2, 3);
  expect(await attempts(putOf(body), 0)).toEqual([[body]]);
});

it('gives the long list of an upload of many parts in pieces, too', async () => {
  const Parts = Array.from({ length: 10_000 }, (_, i) => ({ PartNumber: i + 1, ETag: '"1234567890"' }));
  const command = new CompleteMultipartUploadCommand({
    Bucket: 'b',
    Key: 'k',
    UploadId: 'u',
    MultipartUpload: { Parts },
  });
  const [pieces = []] = await attempts(command, 0);
  expect(pieces.length).toBeGreaterThan(2);
  const text = (await buffer(Readable.from(pieces))).toString();
  expect(text).toMatch(/^<.*<PartNumber>10000<\/PartNumber>.*>$/s);
});
