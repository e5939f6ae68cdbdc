// Colours text for people. A style is a mark while a text is put together; the mark becomes a control sequence after
// the rest of the text has been escaped. Marks cannot be guessed, so untrusted text cannot contain one.

const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;
type Style = keyof typeof STYLES;

type ColourStyles = Readonly<Record<Style, (text: string) => string>>;

const MARK = `\uf8e0${Math.random().toString(36).slice(2)}`;
const names = Object.keys(STYLES) as Style[];
const END = `${MARK}${String(names.length)}`;
const MARKS = new RegExp(`${MARK}(\\d)`, 'gu');

export const colour: ColourStyles = Object.fromEntries(
  names.map((name, index) => [name, (text: string) => `${MARK}${String(index)}${text}${END}`]),
) as ColourStyles;

/** Turns the marks into control sequences, or drops them. */
export function renderColour(text: string, enabled: boolean): string {
  return text.replace(MARKS, (_mark, index: string) => {
    if (!enabled) return '';
    const name = names[Number(index)];
    return `\u001b[${name === undefined ? '0' : STYLES[name]}m`;
  });
}
