// Writes logs and their pages for tests, in this process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportRuns } from '../../src/cli/report/report-runs.ts';
import type { PageFacts } from '../../src/page/page-facts.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';

export interface PageFolder {
  readonly folder: string;
  path(name: string): string;
  writeLog(name: string, ...runs: readonly (readonly LogEvent[])[]): string;
  /** Returns the path of the page. `reference`: a log or a run. */
  report(reference: string, logs?: readonly string[]): Promise<string>;
  read(name: string): string;
  remove(): void;
}

export function pageFolder(): PageFolder {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-page-'));
  const path = (name: string): string => join(folder, name);
  let pages = 0;
  return {
    folder,
    path,
    writeLog(name, ...runs) {
      writeFileSync(path(name), Buffer.concat(runs.flat().map(encodeLine)));
      return path(name);
    },
    async report(reference, logs = []) {
      pages += 1;
      const output = path(`page-${String(pages)}.html`);
      await reportRuns({ reference, logs: () => logs }, { output, timeZone: 'UTC' }, recordingTerminal());
      return output;
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}

/** What the page at `path` has in the element with its facts. */
export function factsIn(path: string): PageFacts {
  const [, json = ''] = /id="pflow-facts">(.*?)<\/script>/u.exec(readFileSync(path, 'utf8')) ?? [];
  return JSON.parse(json) as PageFacts;
}
