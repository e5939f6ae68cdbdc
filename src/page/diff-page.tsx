// The page of a comparison of two runs. It has no script.
import type { VNode } from 'preact';
import { groupDigits } from '../values/format-count.ts';
import { escapeControls } from '../values/escape-text.ts';
import type { ComparedNode, DiffFacts, ShownChange } from './diff-facts.ts';
import { oneLine } from './one-line.ts';

/** Characters of a value that are shown. */
const SHOWN = 20_000;

export function DiffPage(props: DiffFacts): VNode {
  const { title, runs, verdicts, figures, changes, more, nodes } = props;
  return (
    <main class="page diff-page">
      <header class="overview">
        <h1>{oneLine(title)}</h1>
        <dl class="compared">
          {runs.map(({ name, workflow, status, run, file }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <b>{oneLine(workflow)}</b> {status} <span class="mono muted">{oneLine(run)}</span>{' '}
                <span class="mono muted">{oneLine(file)}</span>
              </dd>
            </div>
          ))}
        </dl>
        <dl class="figures">
          {figures.map(({ name, before, after }) => (
            <div class="figure" key={name}>
              <dt>{name}</dt>
              <dd class="value">{after}</dd>
              <dd class="note">{before === after ? 'as before' : `before: ${before}`}</dd>
            </div>
          ))}
        </dl>
        <ul class="verdicts">
          {verdicts.map(({ text, isSame }) => (
            <li key={text} class={isSame ? 'same' : 'other'}>
              {isSame ? '=' : '≠'} {text}
            </li>
          ))}
        </ul>
      </header>
      <section class="card" aria-label="Differences">
        <h2>{changes.length === 0 ? 'No differences' : 'Differences'}</h2>
        {changes.map((change, index) => (
          <Change key={index} {...change} />
        ))}
        {more === 0 ? null : <p class="muted">and {groupDigits(more)} more, in pflow diff --json</p>}
      </section>
      <Nodes nodes={nodes} />
    </main>
  );
}

function Change({ what, before, after }: ShownChange): VNode {
  return (
    <div class="change">
      <h3 class="mono">{oneLine(what)}</h3>
      <div class="pair diff">
        <Side sign="a" text={before} kind="removed" />
        <Side sign="b" text={after} kind="added" />
      </div>
    </div>
  );
}

interface SideProps {
  readonly sign: string;
  /** Null where the run has no such value. */
  readonly text: string | null;
  readonly kind: 'removed' | 'added';
}

function Side({ sign, text, kind }: SideProps): VNode {
  const rest = text === null ? 0 : text.length - SHOWN;
  return (
    <div class={kind}>
      <span class="sign">{sign}</span>
      {text === null ? (
        <p class="muted">no value</p>
      ) : (
        <div class="text">
          <pre dir="auto">{escapeControls(text.slice(0, SHOWN))}</pre>
        </div>
      )}
      {rest > 0 ? <p class="muted">and {groupDigits(rest)} more characters, in pflow diff --json</p> : null}
    </div>
  );
}

function Nodes({ nodes }: { readonly nodes: readonly ComparedNode[] }): VNode | null {
  if (nodes.length === 0) return null;
  return (
    <section class="card">
      <h2>Nodes</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">node</th>
              <th scope="col">status</th>
              <th scope="col" class="number">
                time
              </th>
              <th scope="col" class="number">
                cost
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ node, status, time, cost, isDifferent }) => (
              <tr key={node} class={isDifferent ? 'other' : ''}>
                <td>{oneLine(node)}</td>
                <td>{status}</td>
                <td class="number">{time}</td>
                <td class="number">{cost}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
