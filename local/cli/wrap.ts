import { Help } from 'commander';

/** Fewer columns than this beside a term are too few for its description: it goes below. */
const MIN_DESCRIPTION = 24;

const help = new Help();
help.minWidthToWrap = 1;

/**
 * Fits a text to a width: lines that are not indented are one paragraph until the next empty or indented line; an indented
 * line with a term, two spaces or more and a description keeps its two columns; one that begins with `$` is a command,
 * and is broken as shells allow. Words that are longer than the width stay whole.
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

/** Text after what stands before its first line, with its further lines indented. */
function hanging(first: string, text: string, indent: string, width: number): string {
  const room = Math.max(width - Math.max(first.length, indent.length), 1);
  return first + help.boxWrap(text, room).replaceAll('\n', `\n${indent}`);
}
