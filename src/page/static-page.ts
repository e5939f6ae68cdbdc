// Renders pages to HTML: the first screen of a run, which reads without a script, and the page over many runs.
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { DiffFacts } from './diff-facts.ts';
import { DiffPage } from './diff-page.tsx';
import { FirstScreen } from './first-screen.tsx';
import type { PageFacts } from './page-facts.ts';
import type { RunModel } from './run-model.ts';
import type { RunsFacts } from './runs-facts.ts';
import { RunsPage } from './runs-page.tsx';

export function renderFirstScreen(model: RunModel, facts: PageFacts): string {
  return renderToString(h(FirstScreen, { model, facts }));
}

export function renderDiffPage(facts: DiffFacts): string {
  return renderToString(h(DiffPage, facts));
}

export function renderRunsPage(facts: RunsFacts): string {
  return renderToString(h(RunsPage, facts));
}
