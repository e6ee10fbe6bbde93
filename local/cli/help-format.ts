import type { AddHelpTextContext, HelpConfiguration } from 'commander';
import { Help } from 'commander';
import { wrapText } from './wrap.ts';

/** Columns without a terminal: commander's default. */
const DEFAULT_WIDTH = 80;
/** Minimum columns for a description beside its option; with fewer, it goes below. */
const MIN_DESCRIPTION = 24;

/** Makes commander wrap at every width. By default it does not wrap narrow columns. */
export const HELP_FORMAT: HelpConfiguration = {
  minWidthToWrap: 1,
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? DEFAULT_WIDTH;
    const isNarrow = width - termWidth - 4 < MIN_DESCRIPTION;
    if (!isNarrow || !description) return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    const below = helper.boxWrap(description, width - 6).replaceAll(/^/gm, '      ');
    return `  ${term}\n${below}`;
  },
};

/** A text for `addHelpText`, wrapped at the width of the help. */
export function helpText(text: string) {
  return ({ error, command }: AddHelpTextContext): string => {
    const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
    return wrapText(text, (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? DEFAULT_WIDTH);
  };
}
