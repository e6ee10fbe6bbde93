import { defineConfig } from '../../lib/config/index.ts';

/** Active jobs every five minutes, and all jobs once a day. */
export default defineConfig({
  exports: [
    {
      name: 'active',
      schedule: 'rate(5 minutes)',
      statuses: ['SCHEDULED', 'IN_PROGRESS'],
      alarms: [{ status: 'IN_PROGRESS', comparison: '>', threshold: 500, forSnapshots: 3 }],
      details: { maxJobs: 200 },
      rollouts: { failedPercent: 5, stalledHours: 48 },
    },
    {
      name: 'all',
      schedule: 'cron(0 3 * * ? *)',
      timeZone: 'Europe/Berlin',
      alarms: [{ movedTo: 'CANCELED', comparison: '>', threshold: 50 }],
    },
  ],
  alarmEmails: ['on-call@example.com'],
});
