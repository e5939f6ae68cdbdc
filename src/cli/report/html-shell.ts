// Writes the HTML around a page. Its policy permits its own script and styles, and nothing else.
import { createHash } from 'node:crypto';

export interface HtmlPage {
  /** The first line of the file. */
  readonly doctype: string;
  readonly title: string;
  readonly styles: string;
  /** Empty for a page without a script. */
  readonly script: string;
  /** The script may follow events of the server that the page came from. */
  readonly follows?: boolean;
  /** HTML, line by line. */
  readonly body: readonly string[];
}

export function htmlText(page: HtmlPage): string {
  const { doctype, title, styles, script, body } = page;
  return [
    doctype,
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(page)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${styles}</style></head><body>`,
    ...body,
    ...(script === '' ? [] : [`<script type="module">${script}</script>`]),
    '</body></html>\n',
  ].join('\n');
}

/** Nothing is loaded, sent or framed. */
function policy({ script, styles, follows = false }: HtmlPage): string {
  return [
    "default-src 'none'",
    ...(script === '' ? [] : [`script-src '${hashOf(script)}'`]),
    `style-src '${hashOf(styles)}'`,
    ...(follows ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
