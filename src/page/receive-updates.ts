// Follows a run that goes on: its server sends the lines that are new.
import type { RunUpdate } from './page-facts.ts';

/** Whether the server of the page is there. */
export type ServerState = 'open' | 'lost';

export interface Follower {
  readonly onUpdate: (update: RunUpdate) => void;
  readonly onConnection: (connection: ServerState) => void;
}

/** Follows until the last update. A browser connects again by itself. */
export function receiveUpdates(address: string, { onUpdate, onConnection }: Follower): void {
  const source = new EventSource(address);
  source.addEventListener('update', ({ data }) => {
    const update = JSON.parse(String(data)) as RunUpdate;
    if (update.facts.follow === undefined) source.close();
    onUpdate(update);
  });
  source.addEventListener('reload', () => {
    source.close();
    location.reload();
  });
  source.addEventListener('open', () => {
    onConnection('open');
  });
  source.addEventListener('error', () => {
    onConnection('lost');
  });
}
