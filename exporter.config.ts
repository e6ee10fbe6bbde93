import { defineConfig } from './lib/config/index.ts';

export default defineConfig({
  exports: [
    // Every job of the account and Region, in all statuses, every hour on the hour.
    { name: 'all', schedule: 'cron(0 * * * ? *)' },
  ],
});
