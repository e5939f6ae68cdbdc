// The page of a run: overview, slider, tabs, and the panel of a node.
import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { endOf } from './bar-segments.ts';
import { CostView } from './cost-view.tsx';
import { EventsView } from './events-view.tsx';
import { GraphView } from './graph-view.tsx';
import type { ServerState } from './receive-updates.ts';
import type { LogLine } from './log-lines.ts';
import { NodePanel } from './node-panel.tsx';
import { Overview } from './overview.tsx';
import type { PageFacts } from './page-facts.ts';
import { RunHistory } from './run-history.ts';
import type { RunModel } from './run-model.ts';
import { Scrubber } from './scrubber.tsx';
import { nodeRowOf, rowWithId } from './find-row.ts';
import { StoreView } from './store-view.tsx';
import { TABS, TabList, type TabName } from './tabs.tsx';
import { Toolbar } from './toolbar.tsx';
import { Waterfall } from './waterfall.tsx';
import type { PriceSources } from '../../projections/pricing/books/price-sources.ts';

export interface AppProps {
  readonly facts: PageFacts;
  readonly prices: PriceSources;
  readonly pricing: Pricing;
  readonly lines: readonly LogLine[];
  /** The log as it is, to save it. */
  readonly log: Blob;
  /** Null if nothing more can come. */
  readonly connection: ServerState | null;
}

/** Rows have two lines where the screen is narrow. */
const NARROW = '(max-width: 700px)';

export function App({ facts, prices, pricing, lines, log, connection }: AppProps): VNode {
  const last = lines.length - 1;
  const start = (): RunHistory => new RunHistory(lines, pricing, facts.status);
  const history = useMemo(start, [lines, pricing, facts]);
  const whole = useMemo(() => start().at(last), [lines, pricing, facts]);
  // Null is the last event, also when more come.
  const [moment, setMoment] = useLatest<number | null>(null);
  const at = moment ?? last;
  const model = useMemo(() => (at === last ? whole : history.at(at)), [whole, history, at, last]);
  const shown = useMemo(() => (at === last ? lines : lines.slice(0, at + 1)), [lines, at, last]);
  const [tab, setTab] = useState<TabName>('timeline');
  const [query, setQuery] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  const close = useCallback(() => {
    setSelected(null);
  }, []);
  // As it was at the shown moment; undefined before it began.
  const row = useMemo(() => (selected === null ? undefined : rowWithId(model, selected)), [model, selected]);
  useEscape(close);
  const isNarrow = useMedia(NARROW);
  const views: Readonly<Record<TabName, () => VNode>> = {
    timeline: () => (
      <Waterfall
        model={model}
        end={endOf(whole)}
        selected={selected}
        onSelect={({ id }) => {
          setSelected(id);
        }}
        rowHeight={isNarrow ? 48 : 30}
      />
    ),
    cost: () => <CostView model={model} lines={shown} prices={prices} />,
    events: () => <EventsView lines={shown} query={query} />,
    store: () => <StoreView lines={shown} />,
    graph: () => (
      <GraphView
        model={model}
        lines={shown}
        onSelect={(node) => {
          setSelected(nodeRowOf(model, node)?.id ?? null);
        }}
      />
    ),
  };
  return (
    <main class="page">
      <Toolbar
        {...{ facts, log, query, connection }}
        onQuery={(text) => {
          setQuery(text);
          if (text !== '') setTab('events');
        }}
      />
      <SelfCheck facts={facts} model={whole} />
      <Overview model={model} facts={facts} isPast={at < last} onCopy={copyText} />
      <Scrubber
        {...{ lines, at }}
        onMove={(to) => {
          setMoment(to === last ? null : to);
        }}
      />
      <TabList chosen={tab} onChoose={setTab} />
      <div class={row === undefined ? 'stage' : 'stage with-panel'}>
        {TABS.map(({ name }) => (
          <section
            key={name}
            class="panel"
            role="tabpanel"
            id={`panel-${name}`}
            aria-labelledby={`tab-${name}`}
            hidden={name !== tab}
          >
            {name === tab ? views[name]() : null}
          </section>
        ))}
        {row === undefined ? null : (
          <NodePanel key={row.id} {...{ row, model }} lines={shown} onClose={close} />
        )}
      </div>
    </main>
  );
}

/** The page computes everything again: its results must be those of the command line. */
function SelfCheck({ facts, model }: { readonly facts: PageFacts; readonly model: RunModel }): VNode | null {
  const usd = model.row?.cost_usd ?? '0';
  if (usd === facts.total_usd) return null;
  return (
    <p class="warning" role="alert">
      This page computes ${usd}, and pflow computed ${facts.total_usd}. Trust pflow, and make the page again.
    </p>
  );
}

/** At most one step a frame: a slider sends more than the screen shows. */
function useLatest<T>(first: T): [T, (value: T) => void] {
  const [value, setValue] = useState(first);
  const waiting = useRef<{ readonly next: T } | null>(null);
  const set = useCallback((next: T) => {
    const isScheduled = waiting.current !== null;
    waiting.current = { next };
    if (isScheduled) return;
    requestAnimationFrame(() => {
      const latest = waiting.current;
      waiting.current = null;
      if (latest !== null) setValue(latest.next);
    });
  }, []);
  return [value, set];
}

function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') close();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [close]);
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = (): void => {
      setMatches(media.matches);
    };
    media.addEventListener('change', update);
    return () => {
      media.removeEventListener('change', update);
    };
  }, [query]);
  return matches;
}

/** A page in a frame may not write the clipboard. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
