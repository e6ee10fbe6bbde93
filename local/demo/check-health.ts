import { checkExports } from '../../hub/core/check-exports.ts';
import type { Clock } from '../../lambda/ports.ts';
import { directoryHealth } from '../health/directory-health.ts';
import { directoryKeys } from '../health/directory-keys.ts';
import { SCHEDULES } from './timetable.ts';
import { ACCOUNT } from './world.ts';

/** Runs the hub's health check of the demo's exports, at the time of the simulated clock. */
export async function checkExportHealth(directory: string, clock: Clock): Promise<void> {
  const ports = { clock, keys: directoryKeys(directory), health: directoryHealth(directory) };
  const { accountId: account, region } = ACCOUNT;
  const { failures } = await checkExports(ports, {
    exports: SCHEDULES,
    missedPeriods: 2,
    targets: [{ account, regions: [region] }],
  });
  if (failures.length > 0) throw failures[0];
}
