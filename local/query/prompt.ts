import { createInterface, type Interface } from 'node:readline';
import { readQueries } from '../../sql/catalog.ts';
import { endInterrupted } from '../cli/interrupt.ts';
import { screenOf } from '../cli/screen.ts';
import { wrapText } from '../cli/wrap.ts';
import { overviewText } from './command.ts';

const FIRST = 'iot_jobs> ';
const NEXT = '     ...> ';
/** Columns of the help without a terminal. */
const HELP_WIDTH = 80;

/**
 * Reads statements, which end in a semicolon, and the commands `help`, `exit` and `quit`, which end with the line.
 * Input from a pipe is read without prompts.
 *
 * @param interrupt cancels the running statement
 */
export async function prompt(show: (statement: string) => Promise<void>, interrupt: () => void): Promise<void> {
  const isTerminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(isTerminal && { output: process.stdout }) });
  let statement = '';
  let isBusy = false;
  const ask = () => {
    lines.setPrompt(statement ? NEXT : FIRST);
    if (isTerminal) lines.prompt();
  };
  async function run(whole: string): Promise<void> {
    isBusy = true;
    await show(whole);
    isBusy = false;
  }
  onCtrlC(lines, () => {
    if (isBusy) interrupt();
    if (!isBusy && statement === '' && lines.line === '') return false;
    statement = '';
    return true;
  });

  if (isTerminal) console.log('help says what there is to ask, exit leaves.');
  ask();
  for await (const line of lines) {
    const word = statement === '' ? line.trim().replace(/;$/, '').trim() : '';
    const saved = readQueries().find(({ name }) => name === word);
    if (/^(exit|quit)$/.test(word)) return lines.close();
    if (word === 'help') console.log(helpOfPrompt());
    else if (saved) await run(saved.sql);
    else if (statement !== '' || line.trim() !== '') {
      statement += `${line}\n`;
      if (statement.trimEnd().endsWith(';')) {
        const whole = statement;
        statement = '';
        await run(whole);
      }
    }
    ask();
  }
  if (statement.trim() !== '') await run(statement);
}

function helpOfPrompt(): string {
  const { width } = screenOf(process.stdout);
  const text = `${overviewText()}

A saved query runs by its name alone. A statement of SQL may have several lines, and ends in a semicolon. Ctrl-C drops what
was typed so far. exit, quit or Ctrl-D leaves.`;
  return wrapText(text, Number.isFinite(width) ? width : HELP_WIDTH);
}

/** Ctrl-C discards the input; without input, it ends the process. */
function onCtrlC(lines: Interface, discard: () => boolean): void {
  lines.on('SIGINT', () => {
    process.stdout.write('\n');
    if (!discard()) endInterrupted('SIGINT');
    lines.write(null, { ctrl: true, name: 'u' });
    lines.setPrompt(FIRST);
    lines.prompt();
  });
}
