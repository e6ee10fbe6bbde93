import type { WriteStream } from 'node:tty';
import ora from 'ora';

/** Output for progress. */
export interface Drawing {
  /** Whether {@link live} shows anything. It does not in a log. */
  readonly isLive: boolean;
  /** Shows a text that is updated in place. `figures` is called for each update. */
  live(text: string, figures?: () => string): void;
  /** Replaces the live text with a permanent line. The symbol is shown only on a terminal. */
  line(text: string, symbol?: string): void;
  stop(): void;
}

/** A spinner on a terminal; plain lines without escape codes elsewhere, and in CI. */
export function drawingOn(stream: WriteStream): Drawing {
  // A terminal without a known width, as in some containers, reports 0. A spinner would clear lines endlessly.
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
  // If stdin is not discarded, Ctrl-C still sends SIGINT.
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
