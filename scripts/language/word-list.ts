// Lists the words that pflow avoids, each with the plain term to use.

/** Where a word may occur: in a comment, as a part of a declared name, in a text that a user reads. */
export type Place = 'comment' | 'name' | 'text';

export interface BannedWord {
  /** A regular expression that has to match whole words; a space matches any white space. */
  readonly pattern: string;
  /** What to write instead. */
  readonly instead: string;
  /** Where the word is banned; everywhere by default. */
  readonly places?: readonly Place[];
}

const PROSE: readonly Place[] = ['comment', 'text'];
const NAMES: readonly Place[] = ['name'];

export const BANNED_WORDS: readonly BannedWord[] = [
  { pattern: 'unless told(?: otherwise)?', instead: 'by default' },
  { pattern: 'told', instead: 'reported, notified, passed' },
  { pattern: 'tells?|telling', instead: 'report, notify, show, distinguish' },
  { pattern: 'says?|said|saying|sayable|unsaid', instead: 'emit, report, print, state, mean' },
  { pattern: 'asks?|asked|asking', instead: 'call (a model), request, prompt (a person)' },
  { pattern: 'askers?', instead: 'caller' },
  { pattern: 'nobody|no one', instead: 'no caller, no reader, nothing: name the subject' },
  { pattern: 'somebody|someone|anybody|anyone', instead: 'a caller, a user, a process: name the subject' },
  { pattern: 'whoever|whomever', instead: 'the caller, a reader that …: name the subject' },
  {
    pattern: 'stands?(?! (?:in|ins|alone)\\b|-(?:ins?|alone)\\b)|stood|standing',
    instead: 'is, is present, represents',
  },
  { pattern: 'affairs?', instead: 'task, responsibility, or "the caller does …"' },
  { pattern: 'onlookers?', instead: 'observer' },
  { pattern: 'conceal(?:s|ed|ing)?', instead: 'registerSecret, redact' },
  { pattern: 'heed(?:s|ed|ing)?', instead: 'use, respect, handle' },
  { pattern: 'strangers?', instead: 'untrusted, a new reader' },
  {
    pattern: 'odd(?! (?:number|count|length|index|bytes?)\\b)|oddly|oddit(?:y|ies)',
    instead: 'unrecognised, unusual',
  },
  { pattern: 'foresee(?:s|n|ing)?|foresaw|unforeseen', instead: 'expected, known, unexpected' },
  { pattern: 'narrat(?:e|es|ed|or|ors|ing|ion)', instead: 'run events, emit' },
  { pattern: 'wanted', instead: 'requested, selected, expected' },
  { pattern: 'overlook(?:s|ed|ing)?', instead: 'skip, ignore, miss' },
  { pattern: 'houses?', instead: 'code base, project, repository' },
  { pattern: 'wish(?:es|ed)?', instead: 'option, request' },
  { pattern: 'remarks?|remarked', instead: 'finding, note' },
  { pattern: "of one's own", instead: 'custom' },
  { pattern: "one's", instead: 'your, a custom' },
  { pattern: 'as (?:it|they) should(?: be)?', instead: 'valid, correctly' },
  { pattern: 'judg(?:e|es|ed|ing)', instead: 'check, score' },
  { pattern: 'the specification', instead: 'the page of docs/ that defines it', places: ['comment'] },
  {
    pattern: '(?<![\'"`])none(?! of\\b)(?![\'"`])',
    instead: 'no event, no file: name the noun',
    places: ['comment'],
  },
  { pattern: '(?:is|are|was|were|has|have) none', instead: 'is not a …, has no …', places: ['text'] },
  { pattern: 'there (?:is|are):', instead: 'available:', places: PROSE },
  { pattern: 'such as:', instead: 'for example:', places: PROSE },
  { pattern: 'took', instead: 'onEvent, duration', places: NAMES },
  { pattern: 'questions?', instead: 'request', places: NAMES },
  { pattern: 'chains?', instead: 'layers', places: NAMES },
];
