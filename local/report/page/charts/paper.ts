/**
 * Widths, in pixels, that charts are drawn for on paper, whatever the width of the window: the printout is the same from
 * a phone. Their SVG then scales to the paper that there is.
 */
export const PAPER_WIDTH = 700;
/** Of a panel: on paper there are two beside one another. */
export const PAPER_PANEL_WIDTH = 340;

let isForPaper = false;

// On the window, listeners that capture are first: charts are drawn by one that does not.
addEventListener('beforeprint', () => setForPaper(true), { capture: true });
addEventListener('afterprint', () => setForPaper(false), { capture: true });

function setForPaper(value: boolean): void {
  isForPaper = value;
}

export function isOnPaper(): boolean {
  return isForPaper;
}
