/**
 * Runs a contender's work, and prints as JSON: jobs, CPU and wall time in ms, peak memory in MB, and the fields that `more`
 * returns, which gets the start by performance.now().
 */
export async function measure(work, more = () => ({})) {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const jobs = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(
    JSON.stringify({
      jobs,
      cpuMs: (user + system) / 1000,
      wallMs: performance.now() - startedAt,
      peakMb: process.resourceUsage().maxRSS / 1024,
      ...more(startedAt),
    }),
  );
  process.exit();
}
