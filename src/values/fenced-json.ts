// Finds JSON in a text that is one fenced block of Markdown. Models often write it so.

const FENCE = '```';

/** Returns the content of the block. Returns any other text unchanged. */
export function removeJsonFence(text: string): string {
  const block = text.trim();
  if (!block.startsWith(FENCE) || !block.endsWith(FENCE) || block.length < 2 * FENCE.length) return text;
  const lineEnd = block.indexOf('\n');
  if (lineEnd < 0) return text;
  const language = block.slice(FENCE.length, lineEnd).trim().toLowerCase();
  return language === '' || language === 'json' ? block.slice(lineEnd + 1, -FENCE.length) : text;
}
