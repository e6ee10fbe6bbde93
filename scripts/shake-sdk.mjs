import { readFile } from 'node:fs/promises';

/** A client's package.json, from which its user agent uses only the version. */
const PACKAGE = /@aws-sdk[/\\].*[/\\]package\.json$/;
const EVENT_STREAMS = /^@smithy\/core\/event-streams$/;

/** Exports that the constructor of an S3 client uses. Only SelectObjectContent, which is not called, has event streams. */
const NO_EVENT_STREAMS = `
export const resolveEventStreamSerdeConfig = (config) => config;
export const eventStreamSerdeProvider = () => { throw new Error('This bundle has no event streams'); };
export const EventStreamSerde = undefined;
`;

/** Removes parts of the SDK's clients that no call uses. */
export const shakeSdk = {
  name: 'shake-sdk',
  setup(build) {
    build.onLoad({ filter: PACKAGE }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    build.onResolve({ filter: EVENT_STREAMS }, ({ path }) => ({ path, namespace: 'no-event-streams' }));
    build.onLoad({ filter: /.*/, namespace: 'no-event-streams' }, () => ({ contents: NO_EVENT_STREAMS, loader: 'js' }));
  },
};
