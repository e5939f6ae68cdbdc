// The first screen of a page as it is without a script.
import type { VNode } from 'preact';
import { Axis } from './axis.tsx';
import { endOf } from './bar-segments.ts';
import { Overview } from './overview.tsx';
import type { PageFacts } from './page-facts.ts';
import type { RunModel } from './run-model.ts';
import { spanTree } from './span-tree.ts';
import { firstOpen, visibleRows } from './visible-rows.ts';
import { WaterfallRow } from './waterfall-row.tsx';

/** More rows appear with the script. */
const MOST_ROWS = 100;

interface FirstScreenProps {
  readonly model: RunModel;
  readonly facts: PageFacts;
}

export function FirstScreen({ model, facts }: FirstScreenProps): VNode {
  const tree = spanTree(model);
  const open = firstOpen(tree);
  const rows = visibleRows(tree, open);
  const end = endOf(model);
  const view = { from: 0, to: end };
  return (
    <main class="page">
      <Overview model={model} facts={facts} />
      <section class="panel" aria-label="Timeline">
        <div class="waterfall" role="treegrid" aria-label="Timeline">
          <div class="head" role="presentation">
            <div class="name">Node</div>
            <Axis view={view} />
            <div class="time">Time</div>
            <div class="cost">Cost</div>
          </div>
          {rows.slice(0, MOST_ROWS).map(({ row, depth }) => (
            <WaterfallRow
              key={row.id}
              {...{ row, depth, view, end }}
              isOpen={open.has(row.id)}
              isSelected={false}
              isCurrent={false}
            />
          ))}
          {rows.length > MOST_ROWS ? (
            <p class="muted">and {rows.length - MOST_ROWS} more rows, which need a script</p>
          ) : null}
        </div>
      </section>
    </main>
  );
}
