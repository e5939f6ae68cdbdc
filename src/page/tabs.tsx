// The list of tabs. Arrow keys move among them.
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';

export const TABS = [
  { name: 'timeline', title: 'Timeline' },
  { name: 'cost', title: 'Cost' },
  { name: 'events', title: 'Events' },
  { name: 'store', title: 'Store' },
  { name: 'graph', title: 'Graph' },
] as const;

export type TabName = (typeof TABS)[number]['name'];

interface TabListProps {
  readonly chosen: TabName;
  readonly onChoose: (tab: TabName) => void;
}

export function TabList({ chosen, onChoose }: TabListProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = TABS.findIndex(({ name }) => name === chosen);
    const next = TABS[(index + step + TABS.length) % TABS.length];
    if (next === undefined) return;
    onChoose(next.name);
    list.current?.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views" ref={list} onKeyDown={onKeyDown}>
      {TABS.map(({ name, title }) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls={`panel-${name}`}
          aria-selected={name === chosen}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => {
            onChoose(name);
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
