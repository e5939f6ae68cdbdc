// Shows one node: its error, attempts, calls, params, changes to the store, cost and events.
import type { ComponentChildren, VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { StoreChange } from '../../projections/store/patches.ts';
import { formatCount, groupDigits } from '../values/format-count.ts';
import { durationText } from './duration-text.ts';
import { CallView } from './call-view.tsx';
import { Clipped } from './clipped.tsx';
import { CostLines } from './cost-lines.tsx';
import type { LogLine } from './log-lines.ts';
import { nodeDetail, type NodeDetail } from './node-detail.ts';
import { STATUS_TEXTS } from './node-status.ts';
import type { RunModel } from './run-model.ts';
import { rowFacts, rowTitle } from './row-title.ts';
import type { SpanNode } from './span-tree.ts';
import { valueText } from './value-text.ts';
import { oneLine } from './one-line.ts';

interface NodePanelProps {
  readonly row: SpanNode;
  readonly model: RunModel;
  readonly lines: readonly LogLine[];
  readonly onClose: () => void;
}

export function NodePanel({ row, model, lines, onClose }: NodePanelProps): VNode {
  const detail = useMemo(() => nodeDetail(row, { lines, model }), [row, lines, model]);
  const { span } = row;
  const { type, params, changes, costs } = detail;
  return (
    <aside class="node-panel" aria-label={`Node ${oneLine(row.name)}`}>
      <header>
        <h2>{oneLine(rowTitle(row))}</h2>
        <button type="button" class="close" aria-label="Close (Escape)" onClick={onClose}>
          ✕
        </button>
        <p class="muted">
          {rowFacts(row, type)
            .map((fact) => oneLine(fact))
            .join(' · ')}
        </p>
      </header>
      <NotRun row={row} />
      {span?.error === undefined ? null : (
        <Section title="Error">
          <div class="error-text">
            <Clipped text={span.error} />
          </div>
        </Section>
      )}
      <Attempts row={row} />
      {detail.calls.map((call) => (
        <CallView key={call.call} call={call} />
      ))}
      <Params params={params} />
      <Changes changes={changes} />
      {costs.length === 0 ? null : (
        <Section title="Cost">
          <CostLines costs={costs} />
        </Section>
      )}
      <RawEvents lines={detail.lines} />
      {model.started?.level === 'metrics' ? (
        <p class="muted">This log has level metrics: it keeps no prompts, answers, params or values.</p>
      ) : null}
    </aside>
  );
}

function NotRun({ row: { status, restored, span } }: { readonly row: SpanNode }): VNode | null {
  if (restored !== null) {
    return (
      <p>
        Restored: run <span class="mono">{oneLine(restored.run)}</span> completed it, and seq {restored.seq}{' '}
        of its log has the end. It did not run again, and cost nothing here.
      </p>
    );
  }
  if (span !== null) return null;
  if (status === 'upcoming') return <p>This node has not run yet.</p>;
  return <p>This node did not run: the run ended, or took another way, before it.</p>;
}

interface SectionProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

function Section({ title, children }: SectionProps): VNode {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Attempts({ row: { attempts } }: { readonly row: SpanNode }): VNode | null {
  if (attempts.length < 2) return null;
  return (
    <Section title="Attempts">
      <ol class="attempts">
        {attempts.map(({ id, status, error, wait_ms, start_ms, end_ms }) => (
          <li key={id}>
            <span class={`mark ${status}`}>{STATUS_TEXTS[status].word}</span>
            {end_ms === null ? '' : ` after ${durationText(end_ms - start_ms)}`}
            {wait_ms === undefined ? '' : `, then waited ${durationText(wait_ms)}`}
            {error === undefined ? null : <div class="muted">{oneLine(error)}</div>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Params({ params }: Pick<NodeDetail, 'params'>): VNode | null {
  if (params.length === 0) return null;
  return (
    <Section title="Params">
      <dl class="values">
        {params.map(({ name, value, template }) => (
          <div key={name}>
            <dt>{oneLine(name)}</dt>
            <dd>
              <Clipped text={valueText(value)} most={1_000} />
              {template === undefined ? null : (
                <p class="muted">
                  from <code>{oneLine(valueText(template))}</code>
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Changes({ changes }: { readonly changes: readonly StoreChange[] }): VNode | null {
  if (changes.length === 0) return null;
  return (
    <Section title="Store">
      <dl class="values diff">
        {changes.map(({ key, child, before, after }, index) => (
          <div key={index}>
            <dt>{oneLine(child === null ? key : `${key}.${child}`)}</dt>
            <dd>
              {before === undefined ? null : (
                <div class="removed">
                  <span class="sign">before</span>
                  <Clipped text={valueText(before)} most={1_000} />
                </div>
              )}
              <div class="added">
                <span class="sign">
                  {after === undefined ? 'removed' : before === undefined ? 'new' : 'after'}
                </span>
                {after === undefined ? null : <Clipped text={valueText(after)} most={1_000} />}
              </div>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

const EVENTS_SHOWN = 20;

function RawEvents({ lines }: { readonly lines: readonly LogLine[] }): VNode | null {
  const [most, setMost] = useState(EVENTS_SHOWN);
  if (lines.length === 0) return null;
  return (
    <Section title={`Events (${groupDigits(lines.length)})`}>
      {lines.slice(0, most).map(({ event, text }) => (
        <details key={event.seq}>
          <summary>
            <span class="mono">
              {event.seq} {event.type}
            </span>{' '}
            <span class="muted">{durationText(event.ms)}</span>
          </summary>
          <Clipped text={prettyLine(text)} />
        </details>
      ))}
      {lines.length <= most ? null : (
        <button
          type="button"
          class="more"
          onClick={() => {
            setMost(most + 200);
          }}
        >
          Show more of {formatCount(lines.length, 'event')}
        </button>
      )}
    </Section>
  );
}

function prettyLine(text: string): string {
  return valueText(JSON.parse(text));
}
