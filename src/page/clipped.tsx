// Shows a text of any length: at first its start, and control characters as their code points.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { groupDigits } from '../values/format-count.ts';
import { escapeControls } from '../values/escape-text.ts';

interface ClippedProps {
  readonly text: string;
  /** Characters that are shown at first. */
  readonly most?: number;
}

const SHOWN = 4_000;
/** More would stop the browser from answering. */
const LARGEST = 500_000;

export function Clipped({ text, most = SHOWN }: ClippedProps): VNode {
  const [limit, setLimit] = useState(most);
  const shown = text.length > limit ? text.slice(0, limit) : text;
  const next = Math.min(text.length, limit === most ? LARGEST : limit + LARGEST);
  return (
    <div class="text">
      <pre dir="auto">{escapeControls(shown)}</pre>
      {shown.length === text.length ? null : (
        <button
          type="button"
          class="more"
          onClick={() => {
            setLimit(next);
          }}
        >
          Show {groupDigits(next)} of {groupDigits(text.length)} characters
        </button>
      )}
    </div>
  );
}
