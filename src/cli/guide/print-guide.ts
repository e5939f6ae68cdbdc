// Prints a topic of the guide, or the list of topics.
import { ERROR_CODES, PflowError } from '../../errors.ts';
import { findNearestName, suggestNearest } from '../../values/nearest-name.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GUIDE_TEXTS } from './guide-texts.ts';
import { GUIDE_TOPICS, type GuideTopic } from './topics.ts';

export interface GuideFlags {
  readonly json?: boolean;
}

/** Throws USAGE for a topic or an error code that does not exist. */
export function printGuide(
  named: string | undefined,
  code: string | undefined,
  { json = false }: GuideFlags,
  terminal: Terminal,
): number {
  if (named === undefined) {
    const topics = GUIDE_TOPICS.map(({ name, summary }) => ({ topic: name, summary }));
    terminal.out(json ? `${formatJson({ topics }, 2)}\n` : listText());
    return 0;
  }
  const topic = requireTopic(named);
  const text = textOf(topic, code);
  terminal.out(json ? `${formatJson({ topic: topic.name, text }, 2)}\n` : text);
  return 0;
}

function listText(): string {
  const width = Math.max(...GUIDE_TOPICS.map(({ name }) => name.length));
  const lines = GUIDE_TOPICS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `pflow guide TOPIC prints a topic. Begin with workflow and templates; agents begin with agents.\n\n${lines.join('\n')}\n`;
}

function requireTopic(named: string): GuideTopic {
  const topic =
    GUIDE_TOPICS.find(({ name }) => name === named.toLowerCase()) ??
    GUIDE_TOPICS.find(({ page }) => page === named);
  if (topic !== undefined) return topic;
  const names = GUIDE_TOPICS.map(({ name }) => name);
  const code = ERROR_CODES.find((each) => each === named.toUpperCase());
  const nearest = code === undefined ? findNearestName(named, names) : `errors ${code}`;
  throw new PflowError('USAGE', `there is no topic ${named}`, {
    details: [`available: ${names.join(', ')}`],
    hint: nearest === undefined ? 'pflow guide lists the topics.' : `Did you mean pflow guide ${nearest}?`,
  });
}

function textOf({ name, page }: GuideTopic, code: string | undefined): string {
  const text: string = GUIDE_TEXTS[page as keyof typeof GUIDE_TEXTS];
  if (name === 'exit-codes') return exitCodesIn(text);
  if (code === undefined) return text;
  if (name !== 'errors') {
    throw new PflowError('USAGE', `the topic ${name} takes no other word`, {
      hint: `pflow guide ${name} prints it.`,
    });
  }
  return sectionOf(text, code.toUpperCase());
}

function exitCodesIn(page: string): string {
  const start = page.indexOf('Exit codes:');
  return `# Exit codes\n\n${page.slice(page.indexOf('- **0**', start), page.indexOf('\n## ', start)).trimEnd()}\n`;
}

function sectionOf(page: string, code: string): string {
  const start = page.indexOf(`\n## ${code}\n`);
  if (start >= 0) {
    const end = page.indexOf('\n## ', start + 1);
    return `${page.slice(start + 1, end < 0 ? undefined : end).trimEnd()}\n`;
  }
  throw new PflowError('USAGE', `there is no error ${code}`, {
    hint: suggestNearest(code, ERROR_CODES) ?? 'pflow guide errors lists them.',
  });
}
