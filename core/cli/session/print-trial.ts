import { styleText } from 'node:util';
import { formatProblem } from '../../errors/millrace-error.ts';
import type { ConnectionStatistics, Percentiles } from '../../plugin/statistics.ts';
import { counted } from '../counted.ts';
import { table } from '../table.ts';
import type { TrialReport } from './connection-trial.ts';
import type { StreamTrial } from './judge-streams.ts';

/** One provider's trial for a person to read: the verdict first, then what came, then how the line was. */
export function trialText(report: TrialReport): string {
  const { problems, streams, instruments, statistics } = report;
  const parts = [
    headline(report),
    ...problems.map((problem) => indented(formatProblem(problem))),
    ...(report.capabilities.streams.length === 0 ? [] : [indented(table(facts(report)))]),
    ...(instruments.length === 0 || problems.length > 0 ? [] : [indented(table(instrumentRows(report)))]),
    ...(streams.length === 0 || problems.length > 0 ? [] : [indented(table(streams.map(streamRow)))]),
    ...(statistics === undefined || problems.length > 0 ? [] : [indented(table(lineRows(statistics)))]),
  ];
  return parts.join('\n\n');
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

function headline({ provider, ok, liveAfterMs, streams, capabilities, statistics }: TrialReport): string {
  const mark = ok ? styleText('green', '✓') : styleText('red', '✗');
  const missing = streams.filter(({ verdict }) => verdict === 'missing').length;
  const health = statistics === undefined ? '' : `, health ${statistics.health} of 100`;
  const live = liveAfterMs === undefined ? 'never live' : `live after ${liveAfterMs.toFixed(0)} ms${health}`;
  const state = capabilities.recording ? 'a recording: there is nothing to connect' : live;
  const rest =
    missing === 0 || liveAfterMs === undefined ? '' : `, ${missing} of ${counted(streams.length, 'stream')} missing`;
  return `${mark} ${styleText('bold', provider)}  ${state}${rest}`;
}

function facts({ capabilities, accountReports }: TrialReport): string[][] {
  const { streams, history, resumes, recording } = capabilities;
  const abilities = [
    ...streams,
    ...(history ? ['history'] : []),
    ...(resumes ? ['goes on where a lost connection ended'] : []),
    ...(recording ? ['a recording'] : []),
  ];
  const reports = Object.entries(accountReports).map(([kind, count]) => counted(count, `${kind} report`));
  return [['it has', abilities.join(', ')], ...(reports.length === 0 ? [] : [['account', reports.join(', ')]])];
}

function instrumentRows({ instruments }: TrialReport): string[][] {
  const head = ['instrument', 'tick size', 'point value', ''];
  return [
    head,
    ...instruments.map(({ symbol, tickSize, pointValue, currency, description }) => {
      return [symbol, String(tickSize), `${pointValue} ${currency}`, description];
    }),
  ];
}

const MARKS = { data: ['✓', 'green'], quiet: ['–', 'dim'], missing: ['✗', 'red'] } as const;

function streamRow({ stream, instrument, rows, firstAfterMs, verdict, why }: StreamTrial): string[] {
  const [sign, colour] = MARKS[verdict];
  const said = firstAfterMs === undefined ? (why ?? '') : `${counted(rows, 'row')}, the first after ${firstAfterMs} ms`;
  // Colour has width in a padded column: the mark stands alone in its own.
  return [`${styleText(colour, sign)} ${stream}`, instrument, said];
}

function lineRows(statistics: ConnectionStatistics): string[][] {
  const { roundTripMs, lagMs, skewMs, healthParts, messages, bytes, bad, conflated, gaps, reconnects, lastError } =
    statistics;
  const points = Object.entries(healthParts).filter(([, cost]) => cost > 0);
  const sum = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([kind, count]) => `${count} × ${kind}`)
      .join(', ') || 'none';
  return [
    [
      'latency',
      [percentiles('round trip', roundTripMs), percentiles('venue to here', lagMs)].filter(Boolean).join('; ') ||
        'not measured',
    ],
    ['clock', skewText(skewMs)],
    [
      'health',
      points.length === 0 ? 'nothing taken off' : points.map(([part, cost]) => `−${cost} for ${part}`).join(', '),
    ],
    ['traffic', `${counted(messages, 'message')}, ${size(bytes)}`],
    ['bad frames', sum(bad)],
    ['conflated', sum(conflated)],
    ['gaps', String(gaps)],
    ['lost', reconnects === 0 ? 'never' : `${counted(reconnects, 'time')}, last: ${lastError ?? ''}`],
  ];
}

const percentiles = (what: string, measured: Percentiles | undefined): string =>
  measured === undefined ? '' : `${what} ${measured.p50} ms in the middle, ${measured.p99} ms at the 99th percentile`;

function skewText(skewMs: number | undefined): string {
  if (skewMs === undefined) return 'not measured: the venue sends no times of its own';
  const ms = Math.abs(skewMs).toFixed(1);
  return skewMs < 0 ? `ours is at least ${ms} ms behind the venue’s` : `ours is at most ${ms} ms ahead of the venue’s`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
