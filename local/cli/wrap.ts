import { Help } from 'commander';

/** Minimum columns for a description beside its term; with fewer, it goes below. */
const MIN_DESCRIPTION = 24;

const help = new Help();
help.minWidthToWrap = 1;

/**
 * Wraps a text at a width. Lines without indent form a paragraph up to the next empty or indented line. An indented
 * line with a term, two or more spaces and a description keeps its two columns. An indented line that begins with `$`
 * is a command, and is broken with backslashes. Words longer than the width are not broken.
 */
export function wrapText(text: string, width: number): string {
  return paragraphs(text)
    .map((line) => (line.length <= width ? line : wrapLine(line, width)))
    .join('\n');
}

function paragraphs(text: string): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    const isPlain = /^\S/.test(line);
    if (isPlain && isOpen) lines.push(`${lines.pop()} ${line}`);
    else lines.push(line);
    isOpen = isPlain && !line.endsWith(':');
  }
  return lines;
}

function wrapLine(line: string, width: number): string {
  const { indent = '', content = '' } = /^(?<indent> *)(?<content>.*)$/.exec(line)?.groups ?? {};
  if (content.startsWith('$ ')) return hanging(indent, content, '      ', width - 2).replaceAll('\n', ' \\\n');
  const {
    term,
    gap = '',
    description = '',
  } = /^(?<term>\S.*?)(?<gap> {2,})(?<description>\S.*)$/.exec(content)?.groups ?? {};
  if (term === undefined) return hanging(indent, content, indent, width);
  const column = indent.length + term.length + gap.length;
  if (width - column >= MIN_DESCRIPTION) {
    return hanging(`${indent}${term}${gap}`, description, ' '.repeat(column), width);
  }
  const below = `${indent}    `;
  return `${hanging(indent, term, below, width)}\n${hanging(below, description, below, width)}`;
}

/** Wraps a text after a prefix on its first line; further lines are indented. */
function hanging(first: string, text: string, indent: string, width: number): string {
  const room = Math.max(width - Math.max(first.length, indent.length), 1);
  return first + help.boxWrap(text, room).replaceAll('\n', `\n${indent}`);
}
