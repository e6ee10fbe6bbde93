import { THING_GROUP_NAME } from '../../lambda/contract/jobs.ts';
import type { Fleet } from './fleet.ts';
import type { Account } from './job.ts';
import { invalidRequest, resourceNotFound } from './service-error.ts';

/**
 * DescribeThingGroup, `GET /thing-groups/{thingGroupName}`, without version, properties and metadata.
 *
 * Source: AWS IoT API Reference, DescribeThingGroup.
 *
 * @throws ServiceError ResourceNotFoundException for a group that does not exist
 */
export function describeThingGroup({ thingGroups }: Fleet, name: string, { accountId, region }: Account) {
  if (!THING_GROUP_NAME.pattern.test(name)) {
    throw invalidRequest(
      `Value '${name}' at 'thingGroupName' failed to satisfy constraint: ${THING_GROUP_NAME.mustBe}`,
    );
  }
  const group = thingGroups.find((one) => one.name === name);
  if (!group) throw resourceNotFound(`Thing group ${name} does not exist`);
  return {
    thingGroupName: group.name,
    thingGroupId: group.id,
    thingGroupArn: `arn:aws:iot:${region}:${accountId}:thinggroup/${group.name}`,
  };
}
