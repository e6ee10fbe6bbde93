/** Headings of the runbook, one for each alarm and each error: an alarm's description names one. */
export function headingsOf(runbook: string): string[] {
  return runbook
    .split('\n')
    .filter((line) => line.startsWith('### '))
    .map((line) => line.slice(4));
}
