// The page over many runs. It has no script: lists, bars and links to the pages of runs.
import type { ComponentChildren, VNode } from 'preact';
import { formatCount, groupDigits } from '../values/format-count.ts';
import { durationText } from './duration-text.ts';
import { moneyText } from './money-text.ts';
import { oneLine } from './one-line.ts';
import type { RunItem, RunsFacts } from './runs-facts.ts';
import type { SlowNode } from './runs-overview.ts';
import { TONE_MARKS, TONES } from './verdict.ts';

export function RunsPage(props: RunsFacts): VNode {
  const { title, figures, damage, notes, runs, more, detail } = props;
  return (
    <main class="page runs-page">
      <header class="overview">
        <h1>{oneLine(title)}</h1>
        {damage.map((note) => (
          <p class="warning" key={note}>
            {oneLine(note)}
          </p>
        ))}
        <dl class="figures">
          {figures.map(({ name, value, notes: about }) => (
            <div class="figure" key={name}>
              <dt>{name}</dt>
              <dd class="value">{value}</dd>
              {about.map((note) => (
                <dd class="note" key={note}>
                  {note}
                </dd>
              ))}
            </div>
          ))}
        </dl>
        {notes.length === 0 ? null : (
          <details class="muted notes">
            <summary>{formatCount(notes.length, 'note')} about the logs</summary>
            {notes.map((note) => (
              <p key={note}>{oneLine(note)}</p>
            ))}
          </details>
        )}
      </header>
      <Trouble runs={runs} />
      <div class="cards">
        <Days days={props.days} />
        <Workflows workflows={props.workflows} />
        <Models models={props.models} detail={detail} />
        <Slowest nodes={props.slowest} detail={detail} />
      </div>
      <section class="card" aria-label="Runs">
        <h2>Runs</h2>
        <ol class="run-list">
          {runs.map((item) => (
            <Run key={item.row.run} {...item} />
          ))}
        </ol>
        {more === 0 ? null : <p class="muted">and {groupDigits(more)} earlier runs, in pflow runs</p>}
      </section>
    </main>
  );
}

const TROUBLE_SHOWN = 10;

/** The question of the morning comes first: which runs failed or were stopped, and why. */
function Trouble({ runs }: Pick<RunsFacts, 'runs'>): VNode | null {
  const all = runs.filter(({ row }) => TONES[row.status] === 'bad' || TONES[row.status] === 'warn');
  // A list of nothing else needs no second one.
  if (all.length === 0 || all.length === runs.length) return null;
  const rest = all.length - TROUBLE_SHOWN;
  return (
    <section class="card trouble" aria-label="Not successful">
      <h2>Not successful</h2>
      <ol class="run-list">
        {all.slice(0, TROUBLE_SHOWN).map((item) => (
          <Run key={item.row.run} {...item} />
        ))}
      </ol>
      {rest > 0 ? <p class="muted">and {groupDigits(rest)} more below</p> : null}
    </section>
  );
}

function Run({ row, started, reason, href }: RunItem): VNode {
  const { status, workflow, failed_node, duration_ms, ended_at, calls, cost_usd, exact } = row;
  const tone = TONES[status];
  const name = oneLine(workflow ?? 'run');
  return (
    <li class={`run ${tone}`}>
      <span class="mark" aria-hidden="true">
        {TONE_MARKS[tone]}
      </span>
      <span class="label">
        {href === null ? name : <a href={href}>{name}</a>} <span class="muted">{status}</span>
      </span>
      <span class="muted when">{started}</span>
      <span class="number">{`${durationText(duration_ms)}${ended_at === null ? '+' : ''}`}</span>
      <span class="number">{calls === 0 ? '' : moneyText(cost_usd, exact)}</span>
      <span class="why">
        {failed_node === null ? '' : <b>{oneLine(failed_node)} </b>}
        {oneLine(reason, 200)}
      </span>
    </li>
  );
}

interface CardProps {
  readonly title: string;
  readonly about?: string;
  readonly heads: readonly string[];
  readonly children: ComponentChildren;
}

/** A table; its first column has names, all others numbers. */
function Card({ title, about = '', heads, children }: CardProps): VNode {
  return (
    <section class="card">
      <h2>{title}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {heads.map((head, index) => (
                <th key={head} scope="col" class={index === 0 ? '' : 'number'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {about === '' ? null : <p class="muted">{about}</p>}
    </section>
  );
}

const DAYS_SHOWN = 14;
const ROWS_SHOWN = 10;

function Days({ days }: Pick<RunsFacts, 'days'>): VNode {
  const shown = days.slice(0, DAYS_SHOWN);
  const most = Math.max(...shown.map(({ cost_usd }) => Number(cost_usd)), 0);
  const about =
    days.length > DAYS_SHOWN ? `the latest ${String(DAYS_SHOWN)} of ${formatCount(days.length, 'day')}` : '';
  return (
    <Card title="Spend by day" about={about} heads={['day', 'runs', 'unsuccessful', 'cost', '']}>
      {shown.map(({ name, runs, lost, cost_usd, exact }) => (
        <tr key={name}>
          <td class="day">{name}</td>
          <td class="number">{groupDigits(runs)}</td>
          <td class="number">{lost === 0 ? '' : groupDigits(lost)}</td>
          <td class="number">{moneyText(cost_usd, exact)}</td>
          <td class="spark">
            <svg class="bar" width="100%" height="12" aria-hidden="true">
              <rect width={`${most === 0 ? 0 : (Number(cost_usd) / most) * 100}%`} height="10" y="1" />
            </svg>
          </td>
        </tr>
      ))}
    </Card>
  );
}

function Workflows({ workflows }: Pick<RunsFacts, 'workflows'>): VNode {
  return (
    <Card
      title="Workflows"
      about={restText(workflows.length)}
      heads={['workflow', 'runs', 'unsuccessful', 'median time', 'cost']}
    >
      {workflows.slice(0, ROWS_SHOWN).map(({ name, runs, lost, median_ms, cost_usd, exact }) => (
        <tr key={name}>
          <td>{oneLine(name)}</td>
          <td class="number">{groupDigits(runs)}</td>
          <td class="number">{lost === 0 ? '' : groupDigits(lost)}</td>
          <td class="number">{durationText(median_ms)}</td>
          <td class="number">{moneyText(cost_usd, exact)}</td>
        </tr>
      ))}
    </Card>
  );
}

function restText(count: number): string {
  return count > ROWS_SHOWN ? `and ${groupDigits(count - ROWS_SHOWN)} more` : '';
}

type Detail = Pick<RunsFacts, 'detail'>;

function Models({ models, detail }: Pick<RunsFacts, 'models'> & Detail): VNode | null {
  if (models.length === 0) return null;
  const about = [restText(models.length), detail].filter((text) => text !== '').join('; ');
  return (
    <Card title="Models" about={about} heads={['model', 'calls', 'cost']}>
      {models.slice(0, ROWS_SHOWN).map(({ model, calls, cost_usd, exact }) => (
        <tr key={model}>
          <td>{oneLine(model)}</td>
          <td class="number">{groupDigits(calls)}</td>
          <td class="number">{moneyText(cost_usd, exact)}</td>
        </tr>
      ))}
    </Card>
  );
}

function Slowest({ nodes, detail }: { readonly nodes: readonly SlowNode[] } & Detail): VNode | null {
  if (nodes.length === 0) return null;
  return (
    <Card title="Nodes that took longest" about={detail} heads={['node', 'runs', 'in all', 'longest run']}>
      {nodes.map(({ workflow, node, runs, total_ms, longest_ms }) => (
        <tr key={`${workflow} ${node}`}>
          <td>
            {oneLine(node)} <span class="muted">{oneLine(workflow)}</span>
          </td>
          <td class="number">{groupDigits(runs)}</td>
          <td class="number">{durationText(total_ms)}</td>
          <td class="number">{durationText(longest_ms)}</td>
        </tr>
      ))}
    </Card>
  );
}
