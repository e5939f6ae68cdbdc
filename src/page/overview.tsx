// Shows what happened on one screen: the verdict, four figures, and what to do next.
import type { VNode } from 'preact';
import type { Failure } from '../../projections/failure/schema.ts';
import { formatCount } from '../values/format-count.ts';
import { escapeControls } from '../values/escape-text.ts';
import { formatDuration } from '../values/format-quantities.ts';
import { Clipped } from './clipped.tsx';
import { figures } from './figures.ts';
import type { NextCommand, PageFacts } from './page-facts.ts';
import type { RunModel } from './run-model.ts';
import { oneLine, verdictOf, type Tone } from './verdict.ts';

interface OverviewProps {
  readonly model: RunModel;
  readonly facts: PageFacts;
  /** Copies a command; absent without a script. */
  readonly onCopy?: (text: string) => void;
}

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', warn: '!', live: '▸' };

export function Overview({ model, facts, onCopy }: OverviewProps): VNode {
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
      <WhatNow model={model} facts={facts} {...(onCopy === undefined ? {} : { onCopy })} />
    </header>
  );
}

function Headline({ model, facts }: OverviewProps): VNode {
  const { row, failure, started } = model;
  const verdict = row === undefined ? null : verdictOf({ ...row, status: facts.status }, failure);
  const tags = Object.entries(row?.tags ?? {}).map(([key, value]) => `${key}=${value}`);
  return (
    <div class={`verdict ${verdict?.tone ?? 'live'}`}>
      <h1>
        <span class="mark" aria-hidden="true">
          {MARKS[verdict?.tone ?? 'live']}
        </span>
        <span class="title">{verdict?.title ?? 'the run has not begun'}</span>
        {verdict === null || verdict.reason === '' ? null : <span class="reason">{verdict.reason}</span>}
      </h1>
      <p class="facts">
        <Fact name="run" value={facts.run} />
        <Fact name="started" value={facts.started} />
        <Fact name="log" value={facts.log.text} />
        <Fact name="pflow" value={started?.pflow ?? facts.pflow} />
        {tags.map((tag) => (
          <Fact key={tag} name="tag" value={tag} />
        ))}
      </p>
      {facts.log.notes.map((note) => (
        <p class="warning" key={note}>
          {oneLine(note)}
        </p>
      ))}
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): VNode {
  return (
    <span class="fact">
      <span class="what">{name}</span> <span class="mono">{oneLine(value)}</span>
    </span>
  );
}

function WhatNow({ model, facts, onCopy }: OverviewProps): VNode | null {
  const { failure, warnings } = model;
  const message = failure?.error?.message ?? '';
  if (message === '' && facts.next.length === 0 && warnings.length === 0) return null;
  return (
    <section class="now" aria-label="What to do">
      {message === '' ? null : (
        <div class="words">
          <h2>{failure?.error?.code ?? 'The error'}</h2>
          <Clipped text={message} />
          {failure === null ? null : <AttemptsBefore failure={failure} />}
        </div>
      )}
      {facts.advice === null && facts.next.length === 0 ? null : (
        <div class="next">
          <h2>What to do</h2>
          {facts.advice === null ? null : <p>{escapeControls(facts.advice)}</p>}
          <Commands next={facts.next} {...(onCopy === undefined ? {} : { onCopy })} />
        </div>
      )}
      {warnings.length === 0 ? null : (
        <ul class="warnings">
          {warnings.slice(0, 5).map(({ code, message: text }, index) => (
            <li key={index}>
              <span class="tag">warning</span> <span class="mono">{code}</span> {oneLine(text)}
            </li>
          ))}
          {warnings.length > 5 ? <li class="muted">and {warnings.length - 5} more, in Events</li> : null}
        </ul>
      )}
    </section>
  );
}

/** One line where every attempt had the same error. */
function AttemptsBefore({ failure }: { readonly failure: Failure }): VNode | null {
  const { attempts, error } = failure;
  if (attempts.length === 0) return null;
  const waits = attempts.map(({ wait_ms }) => formatDuration(wait_ms)).join(', ');
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
          <span class="muted">, then waited {formatDuration(wait_ms)}</span>
        </li>
      ))}
      <li>{oneLine(error?.message ?? 'no error was recorded')}</li>
    </ol>
  );
}

interface CommandsProps {
  readonly next: readonly NextCommand[];
  readonly onCopy?: (text: string) => void;
}

/** The first command goes on; the others help to look closer. */
function Commands({ next, onCopy }: CommandsProps): VNode | null {
  const [first, ...more] = next;
  if (first === undefined) return null;
  const list = (commands: readonly NextCommand[]): VNode => (
    <ul>
      {commands.map((one) => (
        <Command key={one.command} {...one} {...(onCopy === undefined ? {} : { onCopy })} />
      ))}
    </ul>
  );
  return (
    <>
      {list([first])}
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
  readonly onCopy?: (text: string) => void;
}

function Command({ command, does, onCopy }: CommandProps): VNode {
  return (
    <li class="command">
      <code>{oneLine(command)}</code>
      {onCopy === undefined ? null : (
        <button
          type="button"
          aria-label={`Copy ${oneLine(command)}`}
          onClick={() => {
            onCopy(command);
          }}
        >
          Copy
        </button>
      )}
      <span class="muted">{does}</span>
    </li>
  );
}
