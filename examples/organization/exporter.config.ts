import { defineConfig } from '../../lib/config/index.ts';

/**
 * One deployment in the hub, whose account is a delegated administrator of StackSets:
 * `npx cdk deploy IotJobsHistory -c config=examples/organization/exporter.config.ts`.
 */
export default defineConfig({
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
  history: {
    account: '111111111111',
    region: 'eu-central-1',
    bucketName: 'example-organization-history',
    organizationId: 'o-a1b2c3d4e5',
    alarmEmails: ['on-call@example.com'],
  },
  organization: {
    organizationalUnits: ['ou-a1b2-c3d4e5f6', 'ou-a1b2-d4e5f6a7'],
    regions: ['eu-central-1', 'us-east-1'],
    excludeAccounts: ['222222222222'],
  },
});
