// The bar at the top: search, colours, and saving the log.
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServerState } from './receive-updates.ts';
import type { PageFacts } from './page-facts.ts';

interface ToolbarProps {
  readonly facts: PageFacts;
  readonly log: Blob;
  readonly query: string;
  readonly onQuery: (text: string) => void;
  readonly connection: ServerState | null;
}

export function Toolbar({ facts, log, query, onQuery, connection }: ToolbarProps): VNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <div class="toolbar">
      <span class="brand">pflow run</span>
      {connection === null ? null : (
        <span class={`connection ${connection}`} role="status">
          {connection === 'open' ? '● live' : '○ offline'}
        </span>
      )}
      <input
        ref={field}
        type="search"
        aria-label="Search all events"
        placeholder="Search ( / )"
        value={query}
        onInput={(event) => {
          onQuery(event.currentTarget.value);
        }}
      />
      <ThemeButton />
      <button
        type="button"
        onClick={() => {
          save(log, `${facts.run}.ndjson`);
        }}
      >
        Save log
      </button>
    </div>
  );
}

function ThemeButton(): VNode {
  const [theme, setTheme] = useState<'light' | 'dark' | null>(null);
  const isDark = theme === null ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
  const next = isDark ? 'light' : 'dark';
  return (
    <button
      type="button"
      aria-label={`Use ${next} colours`}
      onClick={() => {
        document.documentElement.dataset['theme'] = next;
        setTheme(next);
      }}
    >
      {isDark ? 'Light' : 'Dark'}
    </button>
  );
}

function save(log: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(log);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
