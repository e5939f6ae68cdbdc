// Draws only those rows of a long list that are on the screen. All rows have one height.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  readonly render: (index: number) => ComponentChildren;
  /** Is scrolled into view when it changes. */
  readonly current?: number;
  readonly label: string;
}

/** Rows beyond each edge, so that a step does not show a gap. */
const SPARE = 8;
/** Browsers draw nothing below about 30 million pixels. */
const TALLEST = 10_000_000;

export function VirtualList({ count, rowHeight, render, current, label }: VirtualListProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setHeight(element.clientHeight);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = box.current;
    if (current === undefined || current < 0 || element === null) return;
    const at = current * rowHeight;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = at + rowHeight - element.clientHeight;
    }
  }, [current, rowHeight]);
  const shown = Math.min(count, Math.floor(TALLEST / rowHeight));
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(shown, Math.ceil((top + height) / rowHeight) + SPARE);
  const rows: ComponentChildren[] = [];
  for (let index = first; index < last; index += 1) rows.push(render(index));
  return (
    <div
      class="virtual"
      ref={box}
      role="presentation"
      aria-label={label}
      onScroll={(event) => {
        setTop(event.currentTarget.scrollTop);
      }}
    >
      <div role="presentation" style={{ height: `${shown * rowHeight}px` }}>
        <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {rows}
        </div>
      </div>
      {shown < count ? <p class="muted">and {count - shown} more; filter them to see them</p> : null}
    </div>
  );
}
