import type { WriteStream } from 'node:tty';

/** Properties of the output for tables and texts. */
export interface Screen {
  /** Columns; `Infinity` if it is no terminal, so that pipes and files get whole tables. */
  readonly width: number;
  /** Whether escape codes for dim and bold text are supported. */
  readonly hasStyles: boolean;
}

/** For a terminal without a known width. */
const DEFAULT_WIDTH = 80;

/** No terminal: a file or a pipe. */
export const PLAIN: Screen = { width: Number.POSITIVE_INFINITY, hasStyles: false };

/** Styles depend on the terminal and on variables such as NO_COLOR. */
export function screenOf(stream: WriteStream): Screen {
  if (!stream.isTTY) return PLAIN;
  // Some containers have a terminal of width 0.
  return { width: stream.columns || DEFAULT_WIDTH, hasStyles: stream.hasColors() };
}

export function dim(text: string, { hasStyles }: Screen): string {
  return hasStyles ? `\u001b[2m${text}\u001b[22m` : text;
}

export function bold(text: string, { hasStyles }: Screen): string {
  return hasStyles ? `\u001b[1m${text}\u001b[22m` : text;
}
