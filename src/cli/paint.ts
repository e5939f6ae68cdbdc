// Colour for people. A style is marked with characters of the private use area while a text is put together,
// and becomes a control sequence only after everything else in the text has been made harmless.

const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;
type Style = keyof typeof STYLES;

export type Paint = Readonly<Record<Style, (text: string) => string>>;

const FIRST_MARK = 0xf8e0;
const END = String.fromCharCode(FIRST_MARK + Object.keys(STYLES).length);
const MARKS = new RegExp(`[${String.fromCharCode(FIRST_MARK)}-${END}]`, 'gu');

const names = Object.keys(STYLES) as Style[];

export const paint: Paint = Object.fromEntries(
  names.map((name, index) => [
    name,
    (text: string) => `${String.fromCharCode(FIRST_MARK + index)}${text}${END}`,
  ]),
) as Paint;

/** Turns the marks into control sequences, or drops them. */
export function applyPaint(text: string, colour: boolean): string {
  return text.replace(MARKS, (mark) => {
    if (!colour) return '';
    const name = names[mark.charCodeAt(0) - FIRST_MARK];
    return `\u001b[${name === undefined ? '0' : STYLES[name]}m`;
  });
}
