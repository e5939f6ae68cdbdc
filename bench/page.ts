// Where figures are kept: one section for each group below the mark in bench/README.md, and the charts in a folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { svgOf } from './charts.ts';
import { table, type Measured } from './figures.ts';

const PAGE = join('bench', 'README.md');
const CHARTS = 'charts';
const MARK = '<!-- figures -->';

/** Replaces the section of `group` and leaves those of the others; `groups` is their order. */
export function keepMeasured(group: string, groups: readonly string[], measured: Measured): void {
  const [before = '', kept = ''] = readFileSync(PAGE, 'utf8').split(MARK);
  const sections = new Map(
    kept
      .split(/^## /mu)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), `## ${section.trimEnd()}\n`]),
  );
  sections.set(group, sectionOf(group, measured));
  const ordered = groups.map((each) => sections.get(each)).filter((section) => section !== undefined);
  writeFileSync(PAGE, `${before}${MARK}\n\n${ordered.join('\n')}`);
}

function sectionOf(group: string, { figures, charts = [] }: Measured): string {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  mkdirSync(join('bench', CHARTS), { recursive: true });
  const pictures = charts.map((chart) => {
    writeFileSync(join('bench', CHARTS, `${chart.file}.svg`), svgOf(chart));
    return `\n![${chart.title}](${CHARTS}/${chart.file}.svg)\n`;
  });
  return `## ${group}\n\nMeasured on ${date}: ${machine}.\n\n${table(figures)}\n${pictures.join('')}`;
}
