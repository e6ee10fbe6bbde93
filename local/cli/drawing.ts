import type { WriteStream } from 'node:tty';
import ora from 'ora';

/** Where progress is drawn. */
export interface Drawing {
  /** Whether {@link live} shows anything: not so in a log. */
  readonly isLive: boolean;
  /** What changes in place; `figures` is asked for whenever it is drawn. */
  live(text: string, figures?: () => string): void;
  /** A line that stays, in place of what changes; with a symbol where it is drawn for people. */
  line(text: string, symbol?: string): void;
  stop(): void;
}

/** A spinner on a terminal; plain lines without escape codes where there is none, or where a CI only looks like one. */
export function drawingOn(stream: WriteStream): Drawing {
  // A terminal that does not know its width, as some containers have, says 0, and a spinner would clear lines for ever.
  const isTerminal = stream.isTTY && stream.columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
  return isTerminal ? spinner(stream) : plainLines(stream);
}

function plainLines(stream: NodeJS.WritableStream): Drawing {
  return {
    isLive: false,
    live() {},
    line: (text) => stream.write(`${text}\n`),
    stop() {},
  };
}

function spinner(stream: NodeJS.WritableStream): Drawing {
  // Left alone, stdin goes on to turn Ctrl-C into SIGINT.
  const spin = ora({ stream, discardStdin: false });
  return {
    isLive: true,
    live(text, figures) {
      spin.suffixText = figures ? () => `· ${figures()}` : '';
      spin.start(text);
    },
    line(text, symbol) {
      spin.stop();
      stream.write(symbol ? `${symbol} ${text}\n` : `${text}\n`);
    },
    stop: () => spin.stop(),
  };
}
