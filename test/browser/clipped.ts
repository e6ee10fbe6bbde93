import type { Page } from 'playwright-core';

/** Pixels of tolerance for rounding. */
const SLACK = 1.5;

/**
 * Content of a page that is cut without a sign: the page that scrolls sideways, text outside of what clips it, places that scroll
 * sideways without saying so, choices that are cut, and text outside of its block or picture. An ellipsis is a sign, and so are a
 * visible description that tells to scroll, and an arrow at the edge.
 */
export async function clipped(page: Page): Promise<string[]> {
  // The function is sent to the page as text, so it can use nothing from outside but the element.
  return await page.locator('html').evaluate((root, slack): string[] => {
    const { ownerDocument: document } = root;
    const window = document.defaultView;
    const found = new Set<string>();
    const cutting = new Set<string>();
    const nameOf = (element: typeof root): string => {
      const section = element.closest('section')?.id;
      const own = element.getAttribute('class');
      return `${section ? `#${section} ` : ''}${element.localName}${own ? `.${own.trim().replaceAll(/\s+/g, '.')}` : ''}`;
    };
    const say = (text: string) => found.add(text);
    const styleOf = (element: typeof root) => window.getComputedStyle(element);
    const isForScreenReaders = (element: typeof root): boolean => {
      for (let outer = element; outer !== null; outer = outer.parentElement) {
        if (styleOf(outer).clipPath === 'inset(50%)') return true;
      }
      return false;
    };
    const isShown = (element: typeof root): boolean =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !isForScreenReaders(element);
    const hasEllipsis = (element: typeof root): boolean => styleOf(element).textOverflow === 'ellipsis';
    const hasArrow = (element: typeof root, pseudo: string): boolean => {
      const { content, display } = window.getComputedStyle(element, pseudo);
      return display !== 'none' && /[‹›]/.test(content);
    };
    const saysScroll = (element: typeof root): boolean => {
      if (hasArrow(element.parentElement, '::before') || hasArrow(element.parentElement, '::after')) return true;
      const sign = document.getElementById(element.getAttribute('aria-describedby') ?? '');
      return sign !== null && isShown(sign) && /scroll/.test(sign.textContent ?? '');
    };

    if (document.documentElement.scrollWidth > window.innerWidth)
      say(`the page scrolls sideways: ${document.documentElement.scrollWidth} of ${window.innerWidth} px`);

    for (const element of document.body.querySelectorAll('*')) {
      if (!isShown(element) || element.closest('svg') !== null) continue;
      const isWider = element.scrollWidth > element.clientWidth + slack && element.clientWidth > 0;
      const { overflowX } = styleOf(element);
      if (isWider && /hidden|clip/.test(overflowX) && !hasEllipsis(element))
        say(`${nameOf(element)} hides what is at its side`);
      if (isWider && /auto|scroll/.test(overflowX) && !saysScroll(element))
        say(`${nameOf(element)} scrolls sideways and does not say so`);
      if (element.localName === 'select' && !hasEllipsis(element)) {
        const copy = element.cloneNode(true);
        copy.removeAttribute('id');
        copy.style.cssText = 'position: absolute; width: auto; min-width: 0; max-width: none; visibility: hidden';
        element.parentElement.append(copy);
        if (copy.offsetWidth > element.offsetWidth + slack) say(`${nameOf(element)} cuts its longest choice`);
        copy.remove();
      }
    }

    const texts = document.createTreeWalker(document.body, 4);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const parent = node.parentElement;
      const text = node.textContent.trim();
      if (text === '' || parent === null || !isShown(parent) || /^(script|style|option|title)$/.test(parent.localName))
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
      // An overflowing element covers its neighbours.
      let block = parent;
      while (/^(inline|contents)$/.test(styleOf(block).display) && block.parentElement !== null)
        block = block.parentElement;
      const place = block.getBoundingClientRect();
      const runsOut = rects.some(({ left, right }) => left < place.left - slack || right > place.right + slack);
      if (runsOut && block.closest('svg') === null && styleOf(block).overflowX === 'visible')
        say(`“${text.slice(0, 60)}” runs out of ${nameOf(block)}`);
      for (let outer = parent; outer !== null; outer = outer.parentElement) {
        const isPicture = outer.localName === 'svg';
        const { overflowX, overflowY } = styleOf(outer);
        const isInline = styleOf(outer).display === 'inline';
        const clips = (overflow: string) => overflow !== 'visible' && !isInline;
        if (!isPicture && !clips(overflowX) && !clips(overflowY)) continue;
        const box = outer.getBoundingClientRect();
        const isOut = rects.some(
          (rect) =>
            ((isPicture || clips(overflowX)) && (rect.left < box.left - slack || rect.right > box.right + slack)) ||
            ((isPicture || clips(overflowY)) && (rect.top < box.top - slack || rect.bottom > box.bottom + slack)),
        );
        const isIndicated = !isPicture && (hasEllipsis(outer) || saysScroll(outer));
        // One text of each place: where one is cut, many are.
        if (isOut && !isIndicated && !cutting.has(nameOf(outer))) say(`${nameOf(outer)} cuts “${text.slice(0, 60)}”`);
        if (isOut && !isIndicated) cutting.add(nameOf(outer));
        if (isOut) break;
      }
    }
    return [...found];
  }, SLACK);
}
