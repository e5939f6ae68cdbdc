// The tab with the events: a filter by text and type, and a list of any length.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { formatCount } from '../values/format-count.ts';
import { durationText } from './duration-text.ts';
import { Clipped } from './clipped.tsx';
import { findLines } from './find-lines.ts';
import type { LogLine } from './log-lines.ts';
import { valueText } from './value-text.ts';
import { VirtualList } from './virtual-list.tsx';
import { oneLine } from './one-line.ts';

interface EventsViewProps {
  readonly lines: readonly LogLine[];
  readonly query: string;
}

const ROW_HEIGHT = 28;

export function EventsView({ lines, query }: EventsViewProps): VNode {
  const [type, setType] = useState('');
  const [chosen, setChosen] = useState<number | null>(null);
  const types = useMemo(() => [...new Set(lines.map(({ event }) => event.type))].sort(), [lines]);
  const found = useMemo(() => findLines(lines, query, type), [lines, query, type]);
  const line = lines.find(({ event }) => event.seq === chosen);
  return (
    <div class="events-view">
      <div class="tools">
        <label>
          Type{' '}
          <select
            value={type}
            onChange={(event) => {
              setType(event.currentTarget.value);
            }}
          >
            <option value="">all</option>
            {types.map((name) => (
              <option key={name} value={name}>
                {oneLine(name)}
              </option>
            ))}
          </select>
        </label>
        <span class="muted" role="status">
          {formatCount(found.length, 'event')}
          {found.length === lines.length ? '' : ` of ${String(lines.length)}`}
        </span>
      </div>
      <div class={line === undefined ? 'split' : 'split open'}>
        <VirtualList
          count={found.length}
          rowHeight={ROW_HEIGHT}
          label="Events"
          render={(index) => (
            <EventRow
              key={index}
              line={found[index]}
              isChosen={found[index]?.event.seq === chosen}
              onChoose={setChosen}
            />
          )}
        />
        {line === undefined ? null : (
          <div class="event">
            <h3 class="mono">
              {line.event.seq} {oneLine(line.event.type)}
            </h3>
            <Clipped text={valueText(line.event)} />
          </div>
        )}
      </div>
    </div>
  );
}

interface EventRowProps {
  readonly line: LogLine | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (seq: number) => void;
}

function EventRow({ line, isChosen, onChoose }: EventRowProps): VNode | null {
  if (line === undefined) return null;
  const { seq, ms, type, node, data } = line.event;
  return (
    <button
      type="button"
      class={`event-row${isChosen ? ' selected' : ''}`}
      aria-pressed={isChosen}
      onClick={() => {
        onChoose(seq);
      }}
    >
      <span class="seq">{seq}</span>
      <span class="ms">{durationText(ms)}</span>
      <span class="type">{oneLine(type)}</span>
      <span class="where">{oneLine(node ?? '')}</span>
      <span class="about">{oneLine(JSON.stringify(data), 200)}</span>
    </button>
  );
}
