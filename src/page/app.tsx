// The page of a run: overview, slider, tabs, and the panel of a node.
import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { endOf } from './bar-segments.ts';
import { CostView } from './cost-view.tsx';
import { EventsView } from './events-view.tsx';
import { GraphView } from './graph-view.tsx';
import type { LogLine } from './log-lines.ts';
import { NodePanel } from './node-panel.tsx';
import { Overview } from './overview.tsx';
import type { PageFacts, PagePrices } from './page-facts.ts';
import { RunHistory } from './run-history.ts';
import type { RunModel } from './run-model.ts';
import { Scrubber } from './scrubber.tsx';
import { spanTree, type SpanNode } from './span-tree.ts';
import { StoreView } from './store-view.tsx';
import { TABS, TabList, type TabName } from './tabs.tsx';
import { Toolbar } from './toolbar.tsx';
import { Waterfall } from './waterfall.tsx';

export interface AppProps {
  readonly facts: PageFacts;
  readonly prices: PagePrices;
  readonly pricing: Pricing;
  readonly lines: readonly LogLine[];
  /** The log as it is, to save it. */
  readonly log: Blob;
}

/** Rows have two lines where the screen is narrow. */
const NARROW = '(max-width: 700px)';

export function App({ facts, prices, pricing, lines, log }: AppProps): VNode {
  const history = useMemo(() => new RunHistory(lines, pricing), [lines, pricing]);
  const whole = useMemo(() => new RunHistory(lines, pricing).at(lines.length - 1), [lines, pricing]);
  const [at, setAt] = useLatest(lines.length - 1);
  const model = at === lines.length - 1 ? whole : history.at(at);
  const shown = useMemo(() => (at === lines.length - 1 ? lines : lines.slice(0, at + 1)), [lines, at]);
  const [tab, setTab] = useState<TabName>('timeline');
  const [query, setQuery] = useState('');
  const [selected, setSelected] = useState<SpanNode | null>(null);
  const close = useCallback(() => {
    setSelected(null);
  }, []);
  useEscape(close);
  const isNarrow = useMedia(NARROW);
  const shownFacts = at === lines.length - 1 ? facts : { ...facts, status: model.row?.status ?? 'running' };
  const views: Readonly<Record<TabName, () => VNode>> = {
    timeline: () => (
      <Waterfall
        model={model}
        end={Math.max(endOf(whole.timeline), whole.row?.duration_ms ?? 0)}
        selected={selected?.id ?? null}
        onSelect={setSelected}
        rowHeight={isNarrow ? 48 : 30}
      />
    ),
    cost: () => <CostView cost={model.cost} lines={shown} prices={prices} />,
    events: () => <EventsView lines={shown} query={query} />,
    store: () => <StoreView lines={shown} />,
    graph: () => (
      <GraphView
        lines={shown}
        onSelect={(node) => {
          setSelected(rowOf(model, node));
        }}
      />
    ),
  };
  return (
    <main class="page">
      <Toolbar
        {...{ facts, log, query }}
        onQuery={(text) => {
          setQuery(text);
          if (text !== '') setTab('events');
        }}
      />
      <SelfCheck facts={facts} model={whole} />
      <Overview model={model} facts={shownFacts} onCopy={copyText} />
      <Scrubber lines={lines} at={at} onMove={setAt} />
      <TabList chosen={tab} onChoose={setTab} />
      <div class={selected === null ? 'stage' : 'stage with-panel'}>
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
        {selected === null ? null : (
          <NodePanel key={selected.id} row={selected} {...{ model, pricing }} lines={shown} onClose={close} />
        )}
      </div>
    </main>
  );
}

/** The page computes everything again: it must come to what the command line came to. */
function SelfCheck({ facts, model }: { readonly facts: PageFacts; readonly model: RunModel }): VNode | null {
  const usd = model.row?.cost_usd ?? '0';
  if (usd === facts.total_usd) return null;
  return (
    <p class="warning" role="alert">
      This page computes ${usd}, and pflow computed ${facts.total_usd}. Trust pflow, and make the page again.
    </p>
  );
}

function rowOf(model: RunModel, node: string): SpanNode | null {
  const find = (rows: readonly SpanNode[]): SpanNode | null => {
    let found: SpanNode | null = null;
    for (const row of rows) {
      if (row.kind === 'node' && (row.span?.node ?? row.name) === node) found = row;
      found ??= find(row.children);
    }
    return found;
  };
  return find(spanTree(model.timeline, model.steps));
}

/** At most one step a frame: a slider sends more than the screen shows. */
function useLatest(first: number): [number, (value: number) => void] {
  const [value, setValue] = useState(first);
  const waiting = useRef<number | null>(null);
  const set = useCallback((next: number) => {
    const isScheduled = waiting.current !== null;
    waiting.current = next;
    if (isScheduled) return;
    requestAnimationFrame(() => {
      if (waiting.current !== null) setValue(waiting.current);
      waiting.current = null;
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
