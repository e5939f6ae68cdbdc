// Recognises the marks that a log has in the place of what it leaves out.

const MARK =
  /<redacted:[^<>]{1,80}>|<cut: \d+ (?:bytes|more (?:items|members))>|<nested deeper than \d+ levels>|<circular>/u;

export function hasMarkText(text: string): boolean {
  return text.includes('<') && MARK.test(text);
}
