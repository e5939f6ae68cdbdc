// The tab with the shared store at the shown moment, as a tree that opens.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { project } from '../../projections/fold.ts';
import { store } from '../../projections/store/projection.ts';
import { Clipped } from './clipped.tsx';
import type { LogLine } from './log-lines.ts';
import { valueText } from './value-text.ts';
import { oneLine } from './one-line.ts';

export function StoreView({ lines }: { readonly lines: readonly LogLine[] }): VNode {
  const { store: values, skipped_patches: skipped = 0 } = useMemo(
    () =>
      project(
        store,
        lines.map(({ event }) => event),
      ),
    [lines],
  );
  const isEmpty = Object.keys(values).length === 0;
  return (
    <div class="store-view">
      {isEmpty ? <p class="muted">The store is empty, or the log does not keep it (level metrics).</p> : null}
      {skipped === 0 ? null : <p class="warning">{skipped} changes could not be applied.</p>}
      <Members value={values} />
    </div>
  );
}

const NAMES_SHOWN = 6;
/** More members appear on request. */
const SHOWN = 200;

function Members({ value }: { readonly value: object }): VNode {
  const [most, setMost] = useState(SHOWN);
  const entries = Object.entries(value) as [string, unknown][];
  return (
    <ul class="members">
      {entries.slice(0, most).map(([name, member]) => (
        <Member key={name} name={name} value={member} />
      ))}
      {entries.length <= most ? null : (
        <li>
          <button
            type="button"
            class="more"
            onClick={() => {
              setMost(most + 1_000);
            }}
          >
            Show more of {entries.length}
          </button>
        </li>
      )}
    </ul>
  );
}

function Member({ name, value }: { readonly name: string; readonly value: unknown }): VNode {
  const [isOpen, setOpen] = useState(false);
  const isLong = typeof value === 'string' && (value.length > 80 || value.includes('\n'));
  const isTree = typeof value === 'object' && value !== null;
  if (!isTree && !isLong) {
    return (
      <li>
        <span class="key">{oneLine(name)}</span> <span class="mono">{oneLine(valueText(value))}</span>
      </li>
    );
  }
  return (
    <li>
      <details
        onToggle={(event) => {
          setOpen(event.currentTarget.open);
        }}
      >
        <summary>
          <span class="key">{oneLine(name)}</span> <span class="muted">{summaryOf(value)}</span>
        </summary>
        {isOpen ? isTree ? <Members value={value} /> : <Clipped text={valueText(value)} /> : null}
      </details>
    </li>
  );
}

function summaryOf(value: unknown): string {
  if (typeof value === 'string') return oneLine(value, 80);
  if (Array.isArray(value)) return `[${String(value.length)}]`;
  const names = Object.keys(value as object);
  const shown = oneLine(names.slice(0, NAMES_SHOWN).join(', '));
  return `{${shown}${names.length > NAMES_SHOWN ? ', …' : ''}}`;
}
