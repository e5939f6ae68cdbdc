// Shows what happened on one screen: the verdict, four figures, and what to do next.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Failure } from '../../projections/failure/schema.ts';
import { formatCount } from '../values/format-count.ts';
import { escapeControls, toVisibleLine } from '../values/escape-text.ts';
import { durationText } from './duration-text.ts';
import { Clipped } from './clipped.tsx';
import { figures } from './figures.ts';
import type { NextCommand, PageFacts } from './page-facts.ts';
import type { RunModel } from './run-model.ts';
import { oneLine } from './one-line.ts';
import { TONE_MARKS, verdictOf, type Verdict } from './verdict.ts';
import { present } from '../values/present.ts';

/** Resolves to false where a page may not write the clipboard. */
export type Copy = (text: string) => Promise<boolean>;

interface OverviewProps {
  readonly model: RunModel;
  readonly facts: PageFacts;
  /** The run is shown as it was before its last event. */
  readonly isPast?: boolean;
  /** Copies a command; absent without a script. */
  readonly onCopy?: Copy;
}

export function Overview({ model, facts, isPast = false, onCopy }: OverviewProps): VNode {
  return (
    <header class="overview">
      <Headline model={model} facts={facts} />
      <dl class="figures">
        {figures(model, facts.earlier).map(({ name, value, notes }) => (
          <div class="figure" key={name}>
            <dt>{name}</dt>
            <dd class="value">{value}</dd>
            {notes.map((note) => (
              <dd class="note" key={note}>
                {note}
              </dd>
            ))}
          </div>
        ))}
      </dl>
      <WhatNow {...{ model, facts, isPast }} {...present({ onCopy })} />
    </header>
  );
}

function Headline({ model, facts }: OverviewProps): VNode {
  const { row, failure } = model;
  const verdict = row === undefined ? NOT_BEGUN : verdictOf(row, failure);
  const { tone, title, reason } = verdict;
  return (
    <div class={`verdict ${tone}`}>
      <h1>
        <span class="mark" aria-hidden="true">
          {TONE_MARKS[tone]}
        </span>
        <span class="title">{title}</span>
        {reason === '' ? null : <span class="reason">{reason}</span>}
      </h1>
      <RunFacts model={model} facts={facts} />
      {facts.log.notes.map((note) => (
        <p class="warning" key={note}>
          {oneLine(note)}
        </p>
      ))}
    </div>
  );
}

const NOT_BEGUN: Verdict = { tone: 'live', title: 'the run has not begun', reason: '' };

function RunFacts({ model: { row, started }, facts }: OverviewProps): VNode {
  const tags = Object.entries(row?.tags ?? {}).map(([key, value]) => `${key}=${value}`);
  return (
    <p class="facts">
      <Fact name="run" value={facts.run} />
      <Fact name="started" value={facts.started} />
      <Fact name="log" value={facts.log.text} />
      <Fact name="pflow" value={started?.pflow ?? facts.pflow} />
      {tags.map((tag) => (
        <Fact key={tag} name="tag" value={tag} />
      ))}
    </p>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): VNode {
  return (
    <span class="fact">
      <span class="what">{name}</span> <span class="mono">{oneLine(value)}</span>
    </span>
  );
}

function Advice({ facts, onCopy }: OverviewProps): VNode {
  return (
    <div class="next">
      <h2>What to do</h2>
      {facts.advice === null ? null : <p>{escapeControls(facts.advice)}</p>}
      <Commands next={facts.next} {...present({ onCopy })} />
    </div>
  );
}

function WhatNow(props: OverviewProps): VNode | null {
  const { model, facts, isPast = false } = props;
  const { failure, warnings } = model;
  const hasError = failure !== null && (failure.error?.message ?? '') !== '';
  // Advice is about the end of the run.
  const hasAdvice = !isPast && (facts.advice !== null || facts.next.length > 0);
  if (!hasError && !hasAdvice && warnings.length === 0) return null;
  return (
    <section class="now" aria-label="What to do">
      {hasError ? <Words failure={failure} /> : null}
      {hasAdvice ? <Advice {...props} /> : null}
      <Warnings warnings={warnings} />
    </section>
  );
}

/** The error in the words of the provider, the command or the server. */
function Words({ failure }: { readonly failure: Failure }): VNode {
  return (
    <div class="words">
      <h2>{oneLine(failure.error?.code ?? 'The error')}</h2>
      <Clipped text={failure.error?.message ?? ''} />
      <AttemptsBefore failure={failure} />
    </div>
  );
}

const WARNINGS_SHOWN = 5;

function Warnings({ warnings }: Pick<RunModel, 'warnings'>): VNode | null {
  if (warnings.length === 0) return null;
  const more = warnings.length - WARNINGS_SHOWN;
  return (
    <ul class="warnings">
      {warnings.slice(0, WARNINGS_SHOWN).map(({ code, message }, index) => (
        <li key={index}>
          <span class="tag">warning</span> <span class="mono">{oneLine(code)}</span> {oneLine(message)}
        </li>
      ))}
      {more > 0 ? <li class="muted">and {more} more, in Events</li> : null}
    </ul>
  );
}

/** One line where every attempt had the same error. */
function AttemptsBefore({ failure }: { readonly failure: Failure }): VNode | null {
  const { attempts, error } = failure;
  if (attempts.length === 0) return null;
  const waits = attempts.map(({ wait_ms }) => durationText(wait_ms)).join(', ');
  if (attempts.every((one) => one.error.message === error?.message)) {
    return (
      <p class="muted">
        {attempts.length + 1} attempts, each with this error; waited {waits} between them.
      </p>
    );
  }
  return (
    <ol class="attempts">
      {attempts.map(({ error: { message }, wait_ms }, index) => (
        <li key={index}>
          {oneLine(message)}
          <span class="muted">, then waited {durationText(wait_ms)}</span>
        </li>
      ))}
      <li>{oneLine(error?.message ?? 'no error was recorded')}</li>
    </ol>
  );
}

interface CommandsProps {
  readonly next: readonly NextCommand[];
  readonly onCopy?: Copy;
}

/** Commands that go on are shown; the others help to look closer. */
function Commands({ next, onCopy }: CommandsProps): VNode | null {
  const count = Math.max(1, next.filter(({ command }) => command.startsWith('pflow resume ')).length);
  const [first, more] = [next.slice(0, count), next.slice(count)];
  if (first.length === 0) return null;
  const list = (commands: readonly NextCommand[]): VNode => (
    <ul>
      {commands.map((one) => (
        <Command key={one.command} {...one} {...present({ onCopy })} />
      ))}
    </ul>
  );
  return (
    <>
      {list(first)}
      {more.length === 0 ? null : (
        <details>
          <summary class="muted">{formatCount(more.length, 'more command')}</summary>
          {list(more)}
        </details>
      )}
    </>
  );
}

interface CommandProps extends NextCommand {
  readonly onCopy?: Copy;
}

function Command({ command, does, onCopy }: CommandProps): VNode {
  const [label, setLabel] = useState('Copy');
  return (
    <li class="command">
      <code>{toVisibleLine(command)}</code>
      {onCopy === undefined ? null : (
        <button
          type="button"
          aria-label={`${label} ${toVisibleLine(command)}`}
          onClick={() => {
            void onCopy(command).then((isCopied) => {
              setLabel(isCopied ? 'Copied' : 'Select it');
            });
          }}
        >
          {label}
        </button>
      )}
      <span class="muted">{does}</span>
    </li>
  );
}
