import { CancelJobCommand, CreateJobCommand, CreateThingGroupCommand, IoTClient } from '@aws-sdk/client-iot';
import type { Account } from './account.ts';

export interface FleetProps {
  readonly thingGroup: string;
  /** Jobs for the group that stay in progress. */
  readonly inProgress: number;
  /** Jobs for the group that are canceled. */
  readonly canceled: number;
}

/** Makes a thing group and jobs for it. Jobs do not move here by themselves. */
export async function createFleet(account: Account, { thingGroup, inProgress, canceled }: FleetProps): Promise<void> {
  const iot = new IoTClient(account.client);
  await iot.send(new CreateThingGroupCommand({ thingGroupName: thingGroup }));
  const targets = [`arn:aws:iot:${account.region}:${account.id}:thinggroup/${thingGroup}`];
  for (let i = 0; i < inProgress + canceled; i++) {
    const jobId = `${thingGroup}-${i}`;
    await iot.send(new CreateJobCommand({ jobId, targets, document: '{}' }));
    if (i >= inProgress) await iot.send(new CancelJobCommand({ jobId }));
  }
  iot.destroy();
}
