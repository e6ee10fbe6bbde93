import { defineConfig } from '../../lib/config/index.ts';

/** The stack IotJobsHistory in the hub, and a stack IotJobsExporter-ACCOUNT-REGION for each account and Region of `targets`. */
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
      // This account has exports of its own, instead of those above.
      exports: [
        { name: 'all', schedule: 'cron(0 * * * ? *)' },
        { name: 'lorries', schedule: 'rate(15 minutes)', thingGroups: ['lorries-north', 'lorries-south'] },
      ],
    },
  ],
});
