// Shows the waterfall: rows that open, keys to move among them, and a time axis that zooms.
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Axis } from './axis.tsx';
import { endOf, type TimeWindow } from './bar-segments.ts';
import type { RunModel } from './run-model.ts';
import { spanTree, type SpanNode } from './span-tree.ts';
import { VirtualList } from './virtual-list.tsx';
import { firstOpen, visibleRows, type VisibleRow } from './visible-rows.ts';
import { WaterfallRow } from './waterfall-row.tsx';
import { panWindow, selectWindow, zoomWindow } from './zoom.ts';

interface WaterfallProps {
  readonly model: RunModel;
  /** Milliseconds of the whole run: the axis stays when the run is shown at an earlier moment. */
  readonly end: number;
  readonly selected: string | null;
  readonly onSelect: (row: SpanNode) => void;
  readonly rowHeight: number;
}

export function Waterfall({ model, end, selected, onSelect, rowHeight }: WaterfallProps): VNode {
  const tree = useMemo(() => spanTree(model), [model]);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const open = useMemo(() => {
    const ids = firstOpen(tree);
    for (const [id, isOpen] of toggled)
      if (isOpen) ids.add(id);
      else ids.delete(id);
    return ids;
  }, [tree, toggled]);
  const rows = useMemo(() => visibleRows(tree, open), [tree, open]);
  const [chosen, setCurrent] = useState(0);
  // An earlier moment of the run has fewer rows.
  const current = Math.min(chosen, Math.max(0, rows.length - 1));
  const [zoomed, setZoomed] = useState<TimeWindow | null>(null);
  const view = zoomed ?? { from: 0, to: end };
  const toggle = (id: string, isOpen: boolean): void => {
    setToggled(new Map(toggled).set(id, isOpen));
  };
  const grid = useRef<HTMLDivElement>(null);
  const moveTo = (index: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, index));
    setCurrent(next);
    // The row is drawn first.
    requestAnimationFrame(() => {
      grid.current?.querySelector<HTMLElement>('.row[tabindex="0"]')?.focus({ preventScroll: true });
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const handled = keyAction(event, { rows, current, open, moveTo, toggle, onSelect }) || zoomKey(event);
    if (handled) event.preventDefault();
  };
  const zoomKey = ({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    if (ctrlKey || metaKey) return false;
    if (key === '+' || key === '=') setZoomed(zoomWindow(view, 0.5, 0.5, end));
    else if (key === '-') setZoomed(zoomWindow(view, 2, 0.5, end));
    else if (key === '0') setZoomed(null);
    else if (shiftKey && key === 'ArrowRight') setZoomed(panWindow(view, 0.2, end));
    else if (shiftKey && key === 'ArrowLeft') setZoomed(panWindow(view, -0.2, end));
    else return false;
    return true;
  };
  const drag = useDrag(view, setZoomed);
  return (
    <div
      class="waterfall"
      role="treegrid"
      aria-label="Timeline"
      ref={grid}
      onKeyDown={onKeyDown}
      onWheel={(event) => {
        const track = (event.target as Element).closest('.track, .axis');
        if (track === null || !(event.ctrlKey || event.altKey)) return;
        event.preventDefault();
        setZoomed(zoomWindow(view, event.deltaY > 0 ? 1.25 : 0.8, shareOf(event, track), end));
      }}
    >
      <div class="head" role="presentation">
        <div class="name">
          <ZoomButtons
            isZoomed={zoomed !== null}
            onZoom={(factor) => {
              setZoomed(factor === null ? null : zoomWindow(view, factor, 0.5, end));
            }}
          />
        </div>
        <div class="axis-box" {...drag}>
          <Axis view={view} />
        </div>
        <div class="time">Time</div>
        <div class="cost">Cost</div>
      </div>
      <VirtualList
        {...{ count: rows.length, rowHeight, current }}
        label="Nodes"
        render={(index) => {
          const visible = rows[index];
          if (visible === undefined) return null;
          const { row, depth } = visible;
          return (
            <WaterfallRow
              key={row.id}
              {...{ row, depth, view }}
              end={endOf(model)}
              isOpen={open.has(row.id)}
              isSelected={row.id === selected}
              isCurrent={index === current}
              onOpen={() => {
                toggle(row.id, !open.has(row.id));
              }}
              onFocus={() => {
                setCurrent(index);
              }}
              onSelect={() => {
                setCurrent(index);
                onSelect(row);
              }}
            />
          );
        }}
      />
    </div>
  );
}

interface KeyState {
  readonly rows: readonly VisibleRow[];
  readonly current: number;
  readonly open: ReadonlySet<string>;
  readonly moveTo: (index: number) => void;
  readonly toggle: (id: string, isOpen: boolean) => void;
  readonly onSelect: (row: SpanNode) => void;
}

/** Returns whether the key means something. */
function keyAction(event: KeyboardEvent, state: KeyState): boolean {
  const { rows, current, open, moveTo, toggle, onSelect } = state;
  const row = rows[current]?.row;
  if (row === undefined || event.shiftKey || event.ctrlKey || event.metaKey) return false;
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => {
      moveTo(current + 1);
    },
    ArrowUp: () => {
      moveTo(current - 1);
    },
    Home: () => {
      moveTo(0);
    },
    End: () => {
      moveTo(rows.length - 1);
    },
    ArrowRight: () => {
      if (row.children.length > 0) toggle(row.id, true);
    },
    ArrowLeft: () => {
      if (open.has(row.id)) toggle(row.id, false);
    },
    Enter: () => {
      onSelect(row);
    },
    ' ': () => {
      onSelect(row);
    },
  };
  const action = actions[event.key];
  action?.();
  return action !== undefined;
}

interface ZoomButtonsProps {
  readonly isZoomed: boolean;
  /** Null: the whole run. */
  readonly onZoom: (factor: number | null) => void;
}

function ZoomButtons({ isZoomed, onZoom }: ZoomButtonsProps): VNode {
  const button = (label: string, text: string, factor: number | null, disabled: boolean): VNode => (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={() => {
        onZoom(factor);
      }}
    >
      {text}
    </button>
  );
  return (
    <div class="zoom" role="group" aria-label="Zoom">
      {button('Zoom in (+)', '+', 0.5, false)}
      {button('Zoom out (-)', '−', 2, !isZoomed)}
      {button('Whole run (0)', 'All', null, !isZoomed)}
    </div>
  );
}

interface DragHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onDblClick: () => void;
}

/** Zooms by dragging over the axis; a double click shows the whole run. */
function useDrag(view: TimeWindow, setZoomed: (view: TimeWindow | null) => void): DragHandlers {
  const start = useRef<number | null>(null);
  return {
    onPointerDown(event) {
      const axis = event.currentTarget as Element;
      axis.setPointerCapture(event.pointerId);
      start.current = shareOf(event, axis);
    },
    onPointerUp(event) {
      if (start.current === null) return;
      const next = selectWindow(view, start.current, shareOf(event, event.currentTarget as Element));
      start.current = null;
      if (next !== view) setZoomed(next);
    },
    onDblClick() {
      setZoomed(null);
    },
  };
}

function shareOf({ clientX }: MouseEvent, element: Element): number {
  const { left, width } = element.getBoundingClientRect();
  return Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
}
