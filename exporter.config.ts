import { defineConfig } from './lib/config/index.ts';

export default defineConfig({
  exports: [
    // Every job of the account and Region, in all statuses, every hour on the hour. How far each job in progress is, at a
    // call of DescribeJob for each: details: true. See docs/deploying.md.
    { name: 'all', schedule: 'cron(0 * * * ? *)' },
  ],
});
