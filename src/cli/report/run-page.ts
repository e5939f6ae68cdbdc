// Puts a page together: the first screen as HTML, the data, the script, and the policy that permits nothing else.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RawPrices } from '../../home/prices/pricing.ts';
import { RUN_PAGE_MAGIC } from '../../log/read/page-log.ts';
import { PAGE_DATA } from '../../page/page-facts.ts';
import { renderFirstScreen } from '../../page/static-page.ts';
import { oneLine, verdictOf } from '../../page/verdict.ts';
import { readPageAssets } from './page-assets.ts';
import type { PageRun } from './page-run.ts';

export function runPage(
  { facts, model, log, events: accepted, hasOtherLines }: PageRun,
  prices: RawPrices,
): string {
  const { script, styles } = readPageAssets();
  const title =
    model.row === undefined ? 'run' : verdictOf({ ...model.row, status: facts.status }, model.failure).title;
  const events = hasOtherLines
    ? packed(PAGE_DATA.events, accepted.map((event) => `${JSON.stringify(event)}\n`).join(''))
    : '';
  return [
    RUN_PAGE_MAGIC,
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(script, styles)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(oneLine(title))}</title>`,
    `<style>${styles}</style></head><body>`,
    `<div id="root">${renderFirstScreen(model, facts)}</div>`,
    `<script type="application/json" id="${PAGE_DATA.facts}">${escapeJson(facts)}</script>`,
    events,
    packed(PAGE_DATA.prices, JSON.stringify(prices)),
    packed(PAGE_DATA.log, log),
    `<script type="module">${script}</script>`,
    '</body></html>\n',
  ].join('\n');
}

/** Nothing is loaded, sent or framed, and only this script and these styles run. */
function policy(script: string, styles: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(styles)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** The letters of base64 close no element. */
function packed(id: string, data: string | Buffer): string {
  const base64 = gzipSync(data).toString('base64');
  return `<script type="application/gzip" id="${id}">${base64}</script>`;
}

/** JSON in an element: a `<` could close it. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
