// Draws one row of the waterfall: name, status, bar, time and cost.
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import type { VNode } from 'preact';
import { formatCount } from '../values/format-count.ts';
import { durationText } from './duration-text.ts';
import { moneyText } from './money-text.ts';
import { STATUS_TEXTS } from './node-status.ts';
import { Bar } from './bar.tsx';
import { barSegments, type TimeWindow } from './bar-segments.ts';
import type { VisibleRow } from './visible-rows.ts';
import { oneLine } from './one-line.ts';

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

const DEEPEST = 8;

export function WaterfallRow(props: RowProps): VNode {
  const { row, depth, view, end, isOpen, isSelected, isCurrent, onSelect, onFocus } = props;
  const { span, children, kind, status } = row;
  return (
    <div
      class={`row ${kind} ${status}${isSelected ? ' selected' : ''}`}
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
          <span class="muted">{STATUS_TEXTS[status].word}</span>
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
  const { status } = row;
  const { mark, word } = STATUS_TEXTS[status];
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
      <span class="label" title={oneLine(row.node ?? row.name)}>
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

/** `×3` for attempts, `24 items, 1 failed, 3 restored`. */
function RowNote({ row: { attempts, children, restoredItems } }: RowProps): VNode | null {
  const items = children.filter(({ kind }) => kind === 'item');
  const count = (word: TimelineSpan['status']): number =>
    items.filter(({ status }) => status === word).length;
  const [failed, interrupted] = [count('failed'), count('interrupted')];
  const all = items.length + restoredItems;
  const itemNotes = [
    formatCount(all, 'item'),
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
    ...(interrupted === 0 ? [] : [`${String(interrupted)} interrupted`]),
    ...(restoredItems === 0 ? [] : [`${String(restoredItems)} restored`]),
  ];
  const notes = [
    ...(attempts.length > 1 ? [`×${String(attempts.length)}`] : []),
    ...(all === 0 ? [] : [itemNotes.join(', ')]),
  ];
  return notes.length === 0 ? null : <span class="pill">{notes.join(' · ')}</span>;
}
