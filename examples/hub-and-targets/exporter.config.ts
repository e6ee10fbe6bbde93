import { defineConfig } from '../../lib/config/index.ts';

/** The stack IotJobsHistory in the hub, and one IotJobsExporter for each account and Region below. */
export default defineConfig({
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
  history: {
    account: '111111111111',
    region: 'eu-central-1',
    bucketName: 'example-fleet-history',
    alarmEmails: ['on-call@example.com'],
  },
  targets: [
    { account: '222222222222', regions: ['eu-central-1', 'us-east-1'] },
    {
      account: '333333333333',
      regions: ['eu-central-1'],
      // This one has exports of its own.
      exports: [
        { name: 'all', schedule: 'cron(0 * * * ? *)' },
        { name: 'lorries', schedule: 'rate(15 minutes)', thingGroups: ['lorries-north', 'lorries-south'] },
      ],
    },
  ],
});
