// Finds in the text of an error what is missing in its type and code. Many providers report a spent limit or a country
// that they do not serve in words only.

/** As OpenAI names it; the table of failures knows the name. */
export const SPENT = 'insufficient_quota';
export const REGION = 'unsupported_country_region_territory';
export const SCHEMA_REFUSED = 'structured_output_refused';
/** A single request above the limit of a minute: it never fits, although it comes with 429. */
const TOO_LARGE = 'request_too_large';

const SPENT_WORDS: readonly RegExp[] = [
  /credit balance (is )?too low|balance (is )?(too low|insufficient|not enough)/,
  /(insufficient|not enough|no|out of|used all (your |the )?(available |remaining )?)\s?(account )?(balance|credits?|funds|quota)/,
  /(doesn't|does not|don't|do not) have (any |enough |sufficient )?(credits?|balance|funds|quota)/,
  /(usage|spend|spending|spend(ing)? cap|credit|billing|budget|monthly|key|hard|quota) (limits?|cap)s? (has been |have been |was |is |are )?(reached|exceeded|hit|exhausted)/,
  /(reach(?:ed|ing)|exceed(?:ed|ing)|hit|exhausted|over) (your|its|the|their)?\s?([a-z]+ ){0,3}?(usage|spend|spending|credit|billing|budget|monthly|quota)( [a-z]+)? ?(limits?|cap|quota|allowance)/,
  /(exceeded|exhausted|used up|reached) (your|the|its) (current |free |monthly |account )?(quota|credits?|budget|allowance)/,
  /(credits?|balance|quota|budget) (are |is |has been |have been |was )?(depleted|exhausted|used up|run out|exceeded)/,
  /(payment (is )?required|past[- ]due|pay (past|outstanding|overdue) invoices|top up|recharge|arrear|overdue|in good standing|billing (is )?(not active|disabled|not enabled))/,
  /余额不足|欠费|额度(已)?(用尽|用完|不足)/,
];

/** Limits of a minute are not spent: the next request may be answered. */
const RATE_WORDS =
  /(per|\/) ?(second|sec|minute|min|hour)|\b[rt]p[smh]\b|rate.?limit|too many requests|concurren|retry in \d/;

/** Limits of a day or longer. */
const LONG_PERIOD =
  /\b(daily|weekly|monthly|tpd|rpd)\b|(per|a|each|this|\/)[- ]?(day|week|month)\b|by(day|month)\b|for (today|the (day|week|month))\b|per 86,?400 ?s|tokens\/day/;
const SPENT_LONG =
  /exceed|reached|exhausted|\bhit\b|used up|used all|too many|over (your|the) |limited to|no (more )?(requests|tokens|credits)/;
const SHORT_PERIOD = /(per|\/|-)[- ]?(second|sec|minute|min|hour)\b|\b[rt]p[smh]\b|concurren/;
/** `in 34.07s`, but not `in 14m24s`. */
const SHORT_WAIT = /(in|after|wait|least) (\d{1,2}(\.\d+)?|\d{1,5}m) ?s(ec|econds?)?\b/;
const LONG_WORDS = /(今日|每日|当日|本月|每月).{0,12}(上限|限额|额度|用完|用尽)/;

export type Wait = 'short' | 'long';

const REGION_WORDS =
  /^request not allowed$|(country|region|territory|(user|your) location)[^.]{0,60}(not supported|unsupported|not available|not allowed|not permitted|restricted)|(unsupported|not (supported|available)( for use)? in)[^.]{0,40}(country|region|territory|your location)/;

const SCHEMA_WORDS =
  /response[_ ]?format|json_schema|json schema|response_?schema|structured[_ ]outputs?|output_format|output_config|text\.format|guided[_ ]json|tool_choice|function calling|tools? (is|are) not supported/;

const TOO_LARGE_WORDS =
  /^request too large|(tokens|prompt|input|output|message size)[^.]{0,40} must be reduced|(reduce|shorten) (your|the) (prompt|message size|messages|input)/;

/** `wait`: the provider requests a wait. After a short one the limit is not spent. */
export function findErrorNames(message: string | undefined, wait: Wait | undefined): readonly string[] {
  const text = message?.toLowerCase().slice(0, LONGEST) ?? '';
  const names: string[] = [];
  if (REGION_WORDS.test(text)) names.push(REGION);
  if (TOO_LARGE_WORDS.test(text)) names.push(TOO_LARGE);
  if (isSpent(text, wait)) names.push(SPENT);
  if (SCHEMA_WORDS.test(text)) names.push(SCHEMA_REFUSED);
  return names;
}

function isSpent(text: string, wait: Wait | undefined): boolean {
  if (wait === 'short') return false;
  if (wait === undefined && !RATE_WORDS.test(text) && SPENT_WORDS.some((words) => words.test(text)))
    return true;
  return isSpentForLong(text);
}

/** The limit of a day or a month. Words that name a short wait mean another limit. */
function isSpentForLong(text: string): boolean {
  if (LONG_WORDS.test(text)) return true;
  return (
    LONG_PERIOD.test(text) && SPENT_LONG.test(text) && !SHORT_PERIOD.test(text) && !SHORT_WAIT.test(text)
  );
}

/** The first sentences of an error name its cause. */
const LONGEST = 2_000;
