import { checkExports } from '../../hub/core/check-exports.ts';
import type { Clock } from '../../lambda/ports.ts';
import { directoryHealth } from '../look/directory-health.ts';
import { directoryKeys } from '../look/directory-keys.ts';
import { SCHEDULES } from './timetable.ts';
import { WHERE } from './world.ts';

/** Looks at the exports of the demo as the function of a hub does, at the fleet's time, and expects them. */
export async function lookAtExports(directory: string, clock: Clock): Promise<void> {
  const ports = { clock, keys: directoryKeys(directory), health: directoryHealth(directory) };
  const { accountId: account, region } = WHERE;
  const { failures } = await checkExports(ports, {
    exports: SCHEDULES,
    missedPeriods: 2,
    targets: [{ account, regions: [region] }],
  });
  if (failures.length > 0) throw failures[0];
}
