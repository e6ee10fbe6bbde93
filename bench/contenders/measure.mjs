/**
 * Runs a contender's work, and prints as JSON what it took: jobs, CPU and wall time in ms, peak memory in MB; and what else it
 * says, which is given the begin by performance.now().
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
