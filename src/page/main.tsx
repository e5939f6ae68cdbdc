// Starts the page in the browser: unpacks the log, folds it and draws everything.
import './without-eval.ts';
import { render } from 'preact';
import { App, type AppProps } from './app.tsx';
import { receiveUpdates } from './receive-updates.ts';
import { parseLog } from './log-lines.ts';
import { PAGE_DATA, type PageFacts } from './page-facts.ts';
import { pagePricing } from './page-pricing.ts';
import type { PriceSources } from '../../projections/pricing/books/price-sources.ts';

function textOf(id: string): string | undefined {
  return document.getElementById(id)?.textContent ?? undefined;
}

/** Base64 without `fetch` and `atob`'s text of characters: the data may be large. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

async function inflate(id: string): Promise<Blob | undefined> {
  const packed = textOf(id);
  if (packed === undefined) return undefined;
  const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).blob();
}

async function start(): Promise<void> {
  const facts = JSON.parse(textOf(PAGE_DATA.facts) ?? '{}') as PageFacts;
  const [log, accepted, prices] = await Promise.all(
    [PAGE_DATA.log, PAGE_DATA.events, PAGE_DATA.prices].map(inflate),
  );
  if (log === undefined || prices === undefined) return;
  const lines = parseLog(await (accepted ?? log).text(), facts.run);
  const data = JSON.parse(await prices.text()) as PriceSources;
  const root = document.getElementById('root');
  if (root === null || lines.length === 0) return;
  root.replaceChildren();
  show({ facts, lines, log }, { root, prices: data });
  document.documentElement.dataset['ready'] = 'true';
}

interface Target {
  readonly root: HTMLElement;
  readonly prices: PriceSources;
}

/** Draws the run, and draws it again while it goes on. */
function show(first: Pick<AppProps, 'facts' | 'lines' | 'log'>, { root, prices }: Target): void {
  const pricing = pagePricing(prices);
  let shown: Omit<AppProps, 'prices' | 'pricing'> = { ...first, connection: null };
  const draw = (more: Partial<typeof shown>): void => {
    shown = { ...shown, ...more };
    render(<App {...shown} {...{ prices, pricing }} />, root);
  };
  const { follow } = first.facts;
  if (follow !== undefined) {
    receiveUpdates(`${follow}?since=${String(first.lines.length)}`, {
      onConnection: (connection) => {
        draw({ connection });
      },
      onUpdate: ({ facts, lines }) => {
        const text = lines.map((line) => `${line}\n`).join('');
        draw({
          facts,
          lines: [...shown.lines, ...parseLog(text, facts.run)],
          log: new Blob([shown.log, text]),
          ...(facts.follow === undefined ? { connection: null } : {}),
        });
      },
    });
  }
  draw({});
}

await start();
