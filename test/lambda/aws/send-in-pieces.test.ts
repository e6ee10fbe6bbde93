import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from '../../../lambda/aws/s3-client.ts';

/** What each attempt of a put gives to the connection: pieces, or the body as it is. The first attempts fail. */
async function attempts(body: Uint8Array, failures: number) {
  const given: Uint8Array[][] = [];
  const client = createS3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      async handle(request: { body: Uint8Array | Readable }) {
        const { body: sent } = request;
        given.push(sent instanceof Readable ? ((await sent.toArray()) as Uint8Array[]) : [sent]);
        const statusCode = given.length > failures ? 200 : 500;
        return { response: { statusCode, headers: {}, body: new Uint8Array() } };
      },
    } as never,
  });
  await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: body, ChecksumSHA256: 'x' }));
  return given;
}

it('gives a large body to the connection in pieces, on which a timeout of silence sees progress, at each attempt', async () => {
  const body = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);
  const [first = [], second = []] = await attempts(body, 1);
  for (const pieces of [first, second]) {
    expect(pieces).toHaveLength(4);
    expect((await buffer(Readable.from(pieces))).equals(body)).toBe(true);
  }
});

it('gives a small body as it is', async () => {
  const body = Uint8Array.of(1, 2, 3);
  expect(await attempts(body, 0)).toEqual([[body]]);
});
