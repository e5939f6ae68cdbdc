// Draws a comparison as horizontal bars, in SVG: text of the system, colours for light and dark pages. It knows neither
// what was measured nor where the picture is placed.

export interface Chart {
  /** Name of the file, without its ending. */
  readonly file: string;
  readonly title: string;
  /** One line below the title: what is drawn, and whether long bars are good or bad. */
  readonly subtitle: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value with its unit, and its note. */
  readonly text: string;
  readonly ours: boolean;
}

const WIDTH = 760;
const MARGIN = 20;
/** Of 13 px text, on the wide side: which font a reader has is not known here. */
const CHARACTER = 7;
const BOLD_CHARACTER = 7.9;
const TOP = 68;
const ROW = 28;
const BAR = 18;
const GAP = 10;

const STYLE = `
    text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .quiet { fill: #59636e; }
    .subtitle { font-size: 12px; }
    .bar { fill: #b4bcc6; }
    .ours { fill: #0b7a6f; }
    .strong { font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .quiet { fill: #9aa4af; }
      .bar { fill: #58616b; }
      .ours { fill: #2fb8a8; }
    }`;

export function svgOf({ title, subtitle, bars }: Chart): string {
  const widest = (textOf: (bar: Bar) => string): number =>
    Math.ceil(Math.max(...bars.map((bar) => textOf(bar).length * (bar.ours ? BOLD_CHARACTER : CHARACTER))));
  const left = MARGIN + widest(({ label }) => label) + GAP;
  const right = MARGIN + widest(({ text }) => text) + GAP;
  const most = Math.max(...bars.map(({ value }) => value));
  const height = TOP + bars.length * ROW + MARGIN - (ROW - BAR);
  const rows = bars.map((bar, index) => {
    const length = Math.max(1, Math.round((bar.value / most) * (WIDTH - left - right)));
    return rowOf(bar, { top: TOP + index * ROW, left, length });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(ariaLabel(title, bars))}">`,
    `  <style>${STYLE}\n  </style>`,
    `  <text class="title" x="${MARGIN}" y="28">${escaped(title)}</text>`,
    `  <text class="quiet subtitle" x="${MARGIN}" y="48">${escaped(subtitle)}</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function rowOf(
  { label, text, ours }: Bar,
  { top, left, length }: { readonly top: number; readonly left: number; readonly length: number },
): string {
  const line = top + 13.5;
  const weight = ours ? ' class="strong"' : '';
  return [
    `  <text${weight} x="${left - GAP}" y="${line}" text-anchor="end">${escaped(label)}</text>`,
    `  <rect class="bar${ours ? ' ours' : ''}" x="${left}" y="${top}" width="${length}" height="${BAR}" rx="2"/>`,
    `  <text${weight} x="${left + length + GAP}" y="${line}">${escaped(text)}</text>`,
  ].join('\n');
}

function ariaLabel(title: string, bars: readonly Bar[]): string {
  return `${title}: ${bars.map(({ label, text }) => `${label} ${text}`).join(', ')}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
