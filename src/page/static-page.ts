// Renders the first screen of a page to HTML. It reads without a script.
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { FirstScreen } from './first-screen.tsx';
import type { PageFacts } from './page-facts.ts';
import type { RunModel } from './run-model.ts';

export function renderFirstScreen(model: RunModel, facts: PageFacts): string {
  return renderToString(h(FirstScreen, { model, facts }));
}
