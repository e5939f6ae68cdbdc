// Puts the page of a run together: the first screen as HTML, the data and the script.
import { gzipSync } from 'node:zlib';
import { RUN_PAGE_MAGIC } from '../../log/read/page-log.ts';
import { oneLine } from '../../page/one-line.ts';
import { PAGE_DATA } from '../../page/page-facts.ts';
import { renderFirstScreen } from '../../page/static-page.ts';
import { verdictOf } from '../../page/verdict.ts';
import { htmlText } from './html-shell.ts';
import { readPageAssets } from './page-assets.ts';
import type { PageRun } from './page-run.ts';
import type { PriceSources } from '../../../projections/pricing/books/price-sources.ts';

export function runPage(
  { facts, model, log, events: accepted, hasOtherLines }: PageRun,
  prices: PriceSources,
): string {
  const title = model.row === undefined ? 'run' : verdictOf(model.row, model.failure).title;
  const events = hasOtherLines
    ? packed(PAGE_DATA.events, accepted.map((event) => `${JSON.stringify(event)}\n`).join(''))
    : '';
  return htmlText({
    ...readPageAssets(),
    doctype: RUN_PAGE_MAGIC,
    title: oneLine(title),
    follows: facts.follow !== undefined,
    body: [
      `<div id="root">${renderFirstScreen(model, facts)}</div>`,
      `<script type="application/json" id="${PAGE_DATA.facts}">${escapeJson(facts)}</script>`,
      events,
      packed(PAGE_DATA.prices, JSON.stringify(prices)),
      packed(PAGE_DATA.log, log),
    ],
  });
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
