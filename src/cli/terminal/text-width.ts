// Measures and cuts texts by the columns they take on a screen. Wide characters take two, combining marks take no
// column.

const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
/** Characters of one column that never join with others: Latin letters, dashes, `…`, arrows, lines and blocks. */
const SIMPLE = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u259f]*$/u;

let segmenter: Intl.Segmenter | undefined;

/** Making a segmenter takes 20 ms of a slow processor, and most texts are simple. */
function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function widthOfGrapheme(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1;
}

export function textWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes(text)) width += widthOfGrapheme(segment);
  return width;
}

/** Cuts a text to `columns` at most. What is cut ends in `…`. */
export function cutToWidth(text: string, columns: number): string {
  // A character takes two columns at most, so the rest of a huge text is never measured.
  const start = text.length > columns * 8 ? text.slice(0, columns * 8) : text;
  if (start.length === text.length && textWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  if (SIMPLE.test(start)) return `${start.slice(0, columns - 1)}…`;
  let width = 0;
  let kept = '';
  for (const { segment } of graphemes(start)) {
    width += widthOfGrapheme(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

export function padToWidth(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const padding = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return side === 'left' ? text + padding : padding + text;
}
