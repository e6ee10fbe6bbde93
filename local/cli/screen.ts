import type { WriteStream } from 'node:tty';

/** What tables and texts are fitted to. */
export interface Screen {
  /** Columns; `Infinity` for what is no terminal, so that pipes and files get every table whole. */
  readonly width: number;
  /** Whether escape codes for dim and bold text are shown as such. */
  readonly hasStyles: boolean;
}

/** Where a terminal does not say how wide it is. */
const DEFAULT_WIDTH = 80;

/** No terminal: a file or a pipe. */
export const PLAIN: Screen = { width: Number.POSITIVE_INFINITY, hasStyles: false };

/** Styles as the terminal can, and as NO_COLOR and the like want it. */
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
