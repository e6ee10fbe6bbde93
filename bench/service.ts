import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNAPSHOTS_PREFIX, WORK_PREFIX } from '../lambda/contract/keys.ts';
import { LoopbackUploads } from '../test/support/loopback-uploads.ts';

/**
 * AWS IoT and S3 in their own process. `GET /jobs` returns pages that were made beforehand, and `GET /jobs/{jobId}` describes the
 * jobs in progress. The bucket `kept` keeps objects, and with each record that is put into it, every 316th completed job changes
 * its status: about the changes per hour in a fleet of 100,000 jobs. Other buckets drop objects, except the saved state of a run,
 * which they keep until the run's record is written.
 * Arguments: numbers of completed jobs and of jobs in progress. Prints its port when it is ready.
 */
const PAGE = 250;
const FIRST_CREATED = 1_763_900_000;
const KEPT = 'kept/';
const WORK = `/${WORK_PREFIX}/`;
const RECORDS = `/${SNAPSHOTS_PREFIX}/`;
/** Every so many jobs one changes its status. */
const JOBS_PER_MOVE = 316;
const [completed, inProgress] = process.argv.slice(2).map(Number) as [number, number];
const pages = pagesOf(completed, completedJob);
/** By job id. */
const descriptions = new Map<string, Buffer>();
const inProgressPages = pagesOf(inProgress, jobInProgress);

function pagesOf(count: number, jobOf: (n: number) => object): Buffer[] {
  const made: Buffer[] = [];
  for (let from = 0; from < count; from += PAGE) {
    const jobs = Array.from({ length: Math.min(PAGE, count - from) }, (_, i) => jobOf(from + i));
    const nextToken = from + PAGE < count ? `page-${from / PAGE + 1}` : null;
    made.push(Buffer.from(JSON.stringify({ jobs, nextToken })));
  }
  return made;
}

function completedJob(n: number) {
  const jobId = randomUUID();
  const createdAt = FIRST_CREATED + n * 7.123;
  return {
    jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
    jobId,
    targetSelection: 'SNAPSHOT',
    status: 'COMPLETED',
    createdAt,
    lastUpdatedAt: createdAt + 86_400.5,
    completedAt: createdAt + 86_400.5,
    isConcurrent: false,
  };
}

/** A rollout to a thing group, from a template, with a rate limit, a timeout and an abort criterion. */
function jobInProgress(n: number) {
  const { completedAt: _, ...job } = { ...completedJob(n), status: 'IN_PROGRESS' };
  const details = {
    numberOfQueuedThings: 400 + (n % 100),
    numberOfInProgressThings: 25,
    numberOfSucceededThings: 500,
    numberOfFailedThings: n % 10,
    numberOfRejectedThings: 1,
    numberOfTimedOutThings: 2,
    numberOfRemovedThings: 0,
    numberOfCanceledThings: 0,
  };
  const criterion = {
    failureType: 'FAILED',
    action: 'CANCEL',
    thresholdPercentage: 20,
    minNumberOfExecutedThings: 100,
  };
  const described = {
    ...job,
    targets: ['arn:aws:iot:eu-west-1:123456789012:thinggroup/fleet-eu'],
    description: 'Firmware 2.5.0 for the fleet in Europe',
    jobTemplateArn: 'arn:aws:iot:eu-west-1:123456789012:jobtemplate/firmware',
    presignedUrlConfig: {},
    jobExecutionsRolloutConfig: { maximumPerMinute: 100 },
    abortConfig: { criteriaList: [criterion] },
    jobProcessDetails: details,
    timeoutConfig: { inProgressTimeoutInMinutes: 60 },
    schedulingConfig: {},
  };
  descriptions.set(job.jobId, Buffer.from(JSON.stringify({ job: described })));
  return job;
}

/** By bucket and key. */
const objects = new Map<string, { readonly body: Buffer; readonly checksum: undefined }>();
const uploads = new LoopbackUploads(objects);

/** Changes the status of some jobs, back and forth. */
function move(): void {
  for (const [i, text] of pages.entries()) {
    const page = JSON.parse(text.toString());
    for (const [n, one] of page.jobs.entries()) {
      if ((i * PAGE + n) % JOBS_PER_MOVE === 0) one.status = one.status === 'CANCELED' ? 'COMPLETED' : 'CANCELED';
    }
    pages[i] = Buffer.from(JSON.stringify(page));
  }
}

/** The part of ListObjectsV2 that the exporter uses: a prefix, a key to start after, a delimiter. */
function keysXml(bucket: string, parameters: URLSearchParams): string {
  const [prefix, after] = [parameters.get('prefix') ?? '', parameters.get('start-after') ?? ''];
  const keys = [...objects.keys()].filter((path) => path.startsWith(bucket)).map((path) => path.slice(bucket.length));
  const found = keys.filter((key) => key.startsWith(prefix) && key > after).sort();
  const folders = found.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1));
  const entries = parameters.has('delimiter')
    ? [...new Set(folders)].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`)
    : found.map((key) => `<Contents><Key>${key}</Key></Contents>`);
  return `<ListBucketResult>${entries.join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`;
}

/** Deletes the saved state of a run whose record was written. */
function deleteSavedState(bucket: string): void {
  const isDropped = (path: string) => path.startsWith(bucket) && (bucket !== KEPT || path.startsWith(`kept${WORK}`));
  for (const path of objects.keys()) if (isDropped(path)) objects.delete(path);
}

function answerOfIot(pathname: string, query: URLSearchParams): Buffer | undefined {
  if (pathname !== '/jobs') return descriptions.get(pathname.slice('/jobs/'.length));
  const ofStatus = query.get('status') === 'IN_PROGRESS' ? inProgressPages : pages;
  return ofStatus[Number(query.get('nextToken')?.slice('page-'.length) ?? 0)] ?? Buffer.from('{}');
}

const server = createServer((request, response) => {
  response.sendDate = false;
  const { method = '', headers } = request;
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://service');
  const fromIot = answerOfIot(pathname, query);
  if (fromIot) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': fromIot.length }).end(fromIot);
    return;
  }
  const path = decodeURIComponent(pathname).slice(1);
  const bucket = `${path.split('/', 1)[0]}/`;
  const isOfUpload = query.has('uploads') || query.has('uploadId');
  const isKept = bucket === KEPT || path.includes(WORK) || isOfUpload;
  const pieces: Buffer[] = [];
  request.on('data', (piece) => isKept && pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    const ofUpload = uploads.answer({ method, path, query, headers, body });
    if (ofUpload) {
      response.writeHead(ofUpload.status, ofUpload.headers).end(ofUpload.body);
    } else if (method === 'PUT') {
      if (isKept) objects.set(path, { body, checksum: undefined });
      response.writeHead(200, { etag: '"0"' }).end();
      if (!path.includes(RECORDS)) return;
      deleteSavedState(bucket);
      if (bucket === KEPT) move();
    } else if (query.has('list-type')) {
      response.writeHead(200).end(keysXml(bucket, query));
    } else {
      const found = objects.get(path);
      response.writeHead(found ? 200 : 404).end(found?.body);
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
