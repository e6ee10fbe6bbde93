import { createHash } from 'node:crypto';
import type { Report } from './model.ts';

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/**
 * The report as one HTML file. Its Content-Security-Policy blocks all requests, and all scripts except the one with the
 * given hash, so the names of jobs and groups stay text.
 *
 * @param servedAs version of a served page, which may ask its own server for newer ones
 */
export function reportHtml(report: Report, { script, style }: Bundle, servedAs?: string): string {
  const code = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(code).digest('base64')}'`,
    // The charting library sets inline styles.
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    ...(servedAs === undefined ? [] : ["connect-src 'self'"]),
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${servedAs === undefined ? '' : `<meta name="served-as" content="${escaped(servedAs)}">\n`}<title>${escaped(titleOf(report))}</title>
<link rel="icon" href="data:,">
<style>${style.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<div id="report"><noscript><p>This page draws its figures with a script of its own: allow scripts for it.</p></noscript></div>
<script type="application/json" id="data">${jsonForScript(report)}</script>
<script>${code}</script>
</body>
</html>
`;
}

/** JSON without characters that could end its element, open a comment, or end a line in a script. */
function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function titleOf({ combinations, place }: Report): string {
  const [one, ...others] = combinations;
  const what = one && others.length === 0 ? `${one.exportName} in ${one.accountId} ${one.region}` : place;
  return `AWS IoT jobs: ${what}`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => names[character] ?? character);
}
