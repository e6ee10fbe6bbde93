/** The reader's position on the page, restored after a reload: scroll position, open elements, focus. */
interface Position {
  /** Path of the element that `top` refers to. */
  readonly path: string;
  /** Pixels from the top of the window to that element. */
  readonly top: number;
  readonly open: readonly string[];
  readonly focus: string | null;
}

const KEY = 'place';
/** Frames to wait for opened elements to create their content. */
const MAX_FRAMES = 30;

export function savePosition(): void {
  const sections = [...document.querySelectorAll('section[id]')];
  const anchor = sections.findLast((one) => one.getBoundingClientRect().top <= innerHeight / 3) ?? document.body;
  const { activeElement } = document;
  const position: Position = {
    path: pathOf(anchor),
    top: anchor.getBoundingClientRect().top,
    open: [...document.querySelectorAll('details[open]')].map(pathOf),
    focus: activeElement && activeElement !== document.body ? pathOf(activeElement) : null,
  };
  sessionStorage.setItem(KEY, JSON.stringify(position));
  // Otherwise the browser restores its own scroll offset, and scrolls to the fragment's section.
  history.scrollRestoration = 'manual';
}

/** Restores the saved position, if there is one. */
export async function restorePosition(): Promise<void> {
  const saved = sessionStorage.getItem(KEY);
  if (saved === null) return;
  sessionStorage.removeItem(KEY);
  history.scrollRestoration = 'auto';
  const { path, top, open, focus }: Position = JSON.parse(saved);
  let closed = open;
  // Opened elements create their content lazily, which may contain further elements to open.
  for (let frame = 0; frame < MAX_FRAMES && (frame < 2 || closed.length > 0); frame++) {
    closed = closed.filter((one) => !openDetails(one));
    await new Promise(requestAnimationFrame);
  }
  const focused = focus === null ? undefined : elementAt(focus);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  const anchor = elementAt(path);
  if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - top);
}

function openDetails(path: string): boolean {
  const found = elementAt(path);
  if (!(found instanceof HTMLDetailsElement)) return false;
  found.open = true;
  return true;
}

/** `counts/DETAILS:2`: the id of the nearest section, then tag and child index of each step. */
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
