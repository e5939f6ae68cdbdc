// Finds in the text of an error what is missing in its type and code. Many providers report a spent limit or a country
// that they do not serve in words only.

/** As OpenAI names it; the table of failures knows the name. */
const SPENT = 'insufficient_quota';
export const REGION = 'unsupported_country_region_territory';
export const SCHEMA_REFUSED = 'structured_output_refused';

const SPENT_WORDS: readonly RegExp[] = [
  /credit balance (is )?too low|balance (is )?(too low|insufficient|not enough)/,
  /(insufficient|not enough|no|out of|used all (your |the )?(available |remaining )?)\s?(account )?(balance|credits?|funds|quota)/,
  /(doesn't|does not|don't|do not) have (any |enough |sufficient )?(credits?|balance|funds|quota)/,
  /(usage|spend|spending|spend(ing)? cap|credit|billing|budget|monthly|key|hard|quota) (limits?|cap)s? (has been |have been |was |is |are )?(reached|exceeded|hit|exhausted)/,
  /(reached|exceeded|hit|exhausted|over) (your|its|the|their)?\s?([a-z]+ ){0,3}?(usage|spend|spending|credit|billing|budget|monthly|quota)( [a-z]+)? ?(limits?|cap|quota|allowance)/,
  /(exceeded|exhausted|used up|reached) (your|the|its) (current |free |monthly |account )?(quota|credits?|budget|allowance)/,
  /(credits?|balance|quota|budget) (are |is |has been |have been |was )?(depleted|exhausted|used up|run out|exceeded)/,
  /(payment (is )?required|top up|recharge|arrear|overdue|in good standing|billing (is )?(not active|disabled|not enabled))/,
  /余额不足|欠费|额度(已)?(用尽|用完|不足)/,
];

/** Limits of a minute or a day are not spent: the next request may be answered. */
const RATE_WORDS =
  /per (second|minute|min|hour|day)|\b[rt]p[smhd]\b|rate.?limit|too many requests|concurren|retry in \d/;

const REGION_WORDS =
  /^request not allowed$|(country|region|territory|(user|your) location)[^.]{0,60}(not supported|unsupported|not available|not allowed|not permitted|restricted)|(unsupported|not (supported|available)( for use)? in)[^.]{0,40}(country|region|territory|your location)/;

const SCHEMA_WORDS =
  /response[_ ]?format|json_schema|json schema|response_?schema|structured[_ ]outputs?|output_format|output_config|text\.format|guided[_ ]json|tool_choice|function calling|tools? (is|are) not supported/;

/** `isTemporary`: the provider requests to wait, so the limit is not spent. */
export function findErrorNames(message: string | undefined, isTemporary: boolean): readonly string[] {
  const text = message?.toLowerCase().slice(0, LONGEST) ?? '';
  const names: string[] = [];
  if (REGION_WORDS.test(text)) names.push(REGION);
  if (!isTemporary && !RATE_WORDS.test(text) && SPENT_WORDS.some((words) => words.test(text)))
    names.push(SPENT);
  if (SCHEMA_WORDS.test(text)) names.push(SCHEMA_REFUSED);
  return names;
}

/** The first sentences of an error name its cause. */
const LONGEST = 2_000;
