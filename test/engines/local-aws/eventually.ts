/**
 * Polls until the answer is there: schedules fire by the minute.
 *
 * @throws Error with what was waited for, after the time given
 */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 150): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`There was no ${what} in ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
