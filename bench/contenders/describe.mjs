/** A typical script with the SDK to describe jobs: their ids by its paginator, then DescribeJob, ten calls at a time. */
import { DescribeJobCommand, IoTClient, paginateListJobs } from '@aws-sdk/client-iot';
import { measure } from './measure.mjs';

const CALLS_AT_A_TIME = 10;

const client = new IoTClient({});
const ids = [];
for await (const { jobs = [] } of paginateListJobs({ client, pageSize: 250 }, { status: 'IN_PROGRESS' })) {
  ids.push(...jobs.map(({ jobId }) => jobId));
}
await measure(async () => {
  let described = 0;
  const next = async () => {
    for (let jobId = ids.pop(); jobId !== undefined; jobId = ids.pop()) {
      const { job } = await client.send(new DescribeJobCommand({ jobId }));
      if (job?.jobProcessDetails) described += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_A_TIME }, next));
  return described;
});
