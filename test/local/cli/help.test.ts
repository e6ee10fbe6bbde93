import { exportCommand } from '../../../local/cli/command-line.ts';
import { wrapText } from '../../../local/cli/wrap.ts';
import { queryCommand } from '../../../local/query/command.ts';
import { reportCommand } from '../../../local/report/command.ts';

const COMMANDS = { export: exportCommand, query: queryCommand, report: reportCommand };

function helpAt(width: number, command: ReturnType<typeof exportCommand>): string {
  let text = '';
  command.configureOutput({
    getOutHelpWidth: () => width,
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

/** Whether a line could not be broken: a single word after its indentation. */
const isOneWord = (line: string) => !line.trim().replace(/ \\$/, '').includes(' ');

test.each([
  ['export', 80],
  ['export', 40],
  ['query', 80],
  ['query', 40],
  ['report', 80],
  ['report', 44],
] as const)(
  'no line of the help of %s is longer than a terminal of %i columns, but for words that are',
  (name, width) => {
    const help = helpAt(width, COMMANDS[name]());
    expect(help).toContain('Examples:');
    expect(help.split('\n').filter((line) => line.length > width && !isOneWord(line))).toEqual([]);
  },
);

test('a wide terminal has longer lines', () => {
  expect(helpAt(80, exportCommand()).split('\n').length).toBeGreaterThan(
    helpAt(140, exportCommand()).split('\n').length,
  );
});

test('paragraphs flow, two columns stay two columns, and commands are broken as shells allow', () => {
  const text = `A paragraph of
two lines.

  $ npm run export -- --out ./history --export active
  0    the snapshot is written, or was there
  ${'x'.repeat(20)}    a description of it
List:
  one`;
  expect(wrapText(text, 40)).toBe(`A paragraph of two lines.

  $ npm run export -- --out \\
      ./history --export active
  0    the snapshot is written, or was
       there
  ${'x'.repeat(20)}
      a description of it
List:
  one`);
});
