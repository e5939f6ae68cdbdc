// Draws one row of the waterfall: name, status, bar, time and cost.
import type { VNode } from 'preact';
import { durationText } from './duration-text.ts';
import { moneyText } from './money-text.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import { Bar } from './bar.tsx';
import { barSegments, type TimeWindow } from './bar-segments.ts';
import type { VisibleRow } from './span-tree.ts';
import { oneLine } from './verdict.ts';

interface RowProps extends VisibleRow {
  readonly view: TimeWindow;
  /** Where bars without an end stop. */
  readonly end: number;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  /** The row that keys act on. */
  readonly isCurrent: boolean;
  readonly onOpen?: () => void;
  readonly onSelect?: () => void;
  readonly onFocus?: () => void;
}

const STATUS: Readonly<Record<TimelineSpan['status'] | 'idle', readonly [string, string]>> = {
  completed: ['✓', 'completed'],
  failed: ['✗', 'failed'],
  denied: ['✗', 'denied'],
  interrupted: ['■', 'interrupted'],
  paused: ['❚❚', 'paused'],
  running: ['▸', 'running'],
  idle: ['·', 'did not run'],
};

const DEEPEST = 8;

export function WaterfallRow(props: RowProps): VNode {
  const { row, depth, view, end, isOpen, isSelected, isCurrent, onSelect, onFocus } = props;
  const { span, children, kind } = row;
  return (
    <div
      class={`row ${kind} ${span?.status ?? 'idle'}${isSelected ? ' selected' : ''}`}
      role="row"
      id={`row-${row.id}`}
      aria-level={depth + 1}
      aria-selected={isSelected}
      {...(children.length > 0 ? { 'aria-expanded': isOpen } : {})}
      tabIndex={isCurrent ? 0 : -1}
      onClick={onSelect}
      onFocus={onFocus}
    >
      <NameCell {...props} />
      <div class="track" role="gridcell">
        {span === null ? (
          <span class="muted">did not run</span>
        ) : (
          <Bar segments={barSegments(row, end)} view={view} />
        )}
      </div>
      <div class="time" role="gridcell">
        {span === null ? '' : timeText(span)}
      </div>
      <div class="cost" role="gridcell">
        {row.cost_usd === null ? '' : moneyText(row.cost_usd, row.exact)}
      </div>
    </div>
  );
}

function NameCell(props: RowProps): VNode {
  const { row, depth, isOpen, onOpen } = props;
  const status = row.span?.status ?? 'idle';
  const [mark, word] = STATUS[status];
  return (
    <div class={`name d${String(Math.min(depth, DEEPEST))}`} role="gridcell">
      {row.children.length === 0 ? (
        <span class="twisty" />
      ) : (
        <span
          class="twisty"
          aria-hidden="true"
          onClick={(event: MouseEvent) => {
            event.stopPropagation();
            onOpen?.();
          }}
        >
          {isOpen ? '▾' : '▸'}
        </span>
      )}
      <span class={`mark ${status}`} role="img" aria-label={word}>
        {mark}
      </span>
      <span class="label" title={oneLine(row.span?.node ?? row.name)}>
        {oneLine(row.name)}
      </span>
      <RowNote {...props} />
    </div>
  );
}

function timeText({
  start_ms,
  end_ms,
}: {
  readonly start_ms: number;
  readonly end_ms: number | null;
}): string {
  return end_ms === null ? '…' : durationText(Math.max(0, end_ms - start_ms));
}

/** `×3` for attempts, `24 items, 1 failed`. */
function RowNote({ row }: RowProps): VNode | null {
  const items = row.children.filter(({ kind }) => kind === 'item');
  const failed = items.filter(({ span }) => span?.status === 'failed').length;
  const notes = [
    row.attempts.length > 1 ? `×${String(row.attempts.length)}` : '',
    items.length === 0
      ? ''
      : `${String(items.length)} items${failed === 0 ? '' : `, ${String(failed)} failed`}`,
  ].filter((note) => note !== '');
  return notes.length === 0 ? null : <span class="pill">{notes.join(' · ')}</span>;
}
