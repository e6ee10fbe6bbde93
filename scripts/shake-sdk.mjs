import { readFile } from 'node:fs/promises';

/** Of a client's own package.json its user agent takes the version. */
const PACKAGE = /@aws-sdk[/\\].*[/\\]package\.json$/;
const EVENT_STREAMS = /^@smithy\/core\/event-streams$/;

/** What an S3 client asks of it when it is made. No call of ours is of events: only S3's SelectObjectContent is. */
const NO_EVENT_STREAMS = `
export const resolveEventStreamSerdeConfig = (config) => config;
export const eventStreamSerdeProvider = () => { throw new Error('This bundle has no event streams'); };
export const EventStreamSerde = undefined;
`;

/** Leaves out what the SDK's clients bring along and no call of ours uses. */
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
