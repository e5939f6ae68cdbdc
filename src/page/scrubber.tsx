// The slider over the events of a run: everything is shown as it was at that event.
import type { VNode } from 'preact';
import { durationText } from './duration-text.ts';
import type { LogLine } from './log-lines.ts';
import { oneLine } from './one-line.ts';

interface ScrubberProps {
  readonly lines: readonly LogLine[];
  /** Index of the last event that is shown. */
  readonly at: number;
  readonly onMove: (at: number) => void;
}

export function Scrubber({ lines, at, onMove }: ScrubberProps): VNode {
  const last = lines.length - 1;
  const event = lines[at]?.event;
  const text =
    event === undefined
      ? ''
      : `seq ${String(event.seq)} · ${durationText(event.ms)} · ${oneLine(event.type)} ${oneLine(event.node ?? '')}`;
  return (
    <div class="scrubber">
      <button
        type="button"
        aria-label="One event back"
        disabled={at <= 0}
        onClick={() => {
          onMove(at - 1);
        }}
      >
        ◂
      </button>
      <input
        type="range"
        min="0"
        max={last}
        value={at}
        aria-label="Moment of the run"
        aria-valuetext={text}
        onInput={(input) => {
          onMove(Number(input.currentTarget.value));
        }}
      />
      <button
        type="button"
        aria-label="One event on"
        disabled={at >= last}
        onClick={() => {
          onMove(at + 1);
        }}
      >
        ▸
      </button>
      <output class={at === last ? 'muted' : 'past'}>
        {at === last ? `${text} · the last event` : text}
      </output>
    </div>
  );
}
