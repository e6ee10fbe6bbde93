import { defineConfig } from './lib/config/index.ts';

export default defineConfig({
  exports: [
    // All jobs of the account and Region, in all statuses, every hour on the hour. Add details: true for the progress of each
    // job in progress, with a call of DescribeJob for each. See docs/deploying.md.
    { name: 'all', schedule: 'cron(0 * * * ? *)' },
  ],
});
