/** Where a reader is on the page, kept over a reload: what is at the top, what is open, what has the focus. */
interface Place {
  readonly path: string;
  /** Pixels from the top of the window to what the path leads to. */
  readonly top: number;
  readonly open: readonly string[];
  readonly focus: string | null;
}

const KEY = 'place';
/** Frames within which what is opened has made what it holds. */
const MAX_FRAMES = 30;

export function keepPlace(): void {
  const sections = [...document.querySelectorAll('section[id]')];
  const anchor = sections.findLast((one) => one.getBoundingClientRect().top <= innerHeight / 3) ?? document.body;
  const { activeElement } = document;
  const place: Place = {
    path: pathOf(anchor),
    top: anchor.getBoundingClientRect().top,
    open: [...document.querySelectorAll('details[open]')].map(pathOf),
    focus: activeElement && activeElement !== document.body ? pathOf(activeElement) : null,
  };
  sessionStorage.setItem(KEY, JSON.stringify(place));
  // Else the browser scrolls to where the same number of pixels is above, and the fragment to its section.
  history.scrollRestoration = 'manual';
}

/** Goes back to the place that was kept, if one was. */
export async function restorePlace(): Promise<void> {
  const kept = sessionStorage.getItem(KEY);
  if (kept === null) return;
  sessionStorage.removeItem(KEY);
  history.scrollRestoration = 'auto';
  const { path, top, open, focus }: Place = JSON.parse(kept);
  let closed = open;
  // What is open holds more that was open, once it has made it.
  for (let frame = 0; frame < MAX_FRAMES && (frame < 2 || closed.length > 0); frame++) {
    closed = closed.filter((one) => !opened(one));
    await new Promise(requestAnimationFrame);
  }
  const focused = focus === null ? undefined : elementAt(focus);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  const anchor = elementAt(path);
  if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - top);
}

function opened(path: string): boolean {
  const found = elementAt(path);
  if (!(found instanceof HTMLDetailsElement)) return false;
  found.open = true;
  return true;
}

/** `counts/DETAILS:2`: from the nearest section, which keeps its id, the place among the elements of one parent. */
function pathOf(element: Element): string {
  const steps: string[] = [];
  let at: Element | null = element;
  while (at && at !== document.body && !at.matches('section[id]')) {
    steps.unshift(`${at.tagName}:${[...(at.parentElement?.children ?? [])].indexOf(at)}`);
    at = at.parentElement;
  }
  return [at?.matches('section[id]') ? at.id : '', ...steps].join('/');
}

function elementAt(path: string): Element | undefined {
  const [id = '', ...steps] = path.split('/');
  let at: Element | null | undefined = id === '' ? document.body : document.getElementById(id);
  for (const step of steps) {
    const [tag, index] = step.split(':');
    at = at?.children[Number(index)];
    if (at?.tagName !== tag) return undefined;
  }
  return at ?? undefined;
}
