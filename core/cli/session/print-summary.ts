import { isAbsolute, relative } from 'node:path';
import { styleText } from 'node:util';
import type { RunSummary } from '../../runtime/summary.ts';
import { counted } from '../counted.ts';

/** A summary that a trader can read at a glance. */
export function summaryText(summary: RunSummary, replayCommand: string | undefined): string {
  const { events, pnl, positions, strategies, connections, dropped, tape } = summary;
  const seconds = summary.elapsedMs / 1000;
  const lines: (readonly [string, string])[] = [
    ['ended', `${summary.stopped}, after ${seconds.toFixed(1)} s`],
    [
      'events',
      `${counted(events.trades, 'trade')}, ${counted(events.quotes, 'quote')}, ${counted(events.depth, 'depth row')}, ${counted(events.bars, 'bar')} (${count(summary.eventsPerSecond)} events/s)`,
    ],
    ['orders', `${count(summary.orders)} sent, ${counted(summary.fills, 'fill')}, ${count(summary.refusals)} refused`],
    [
      'PnL',
      `realised ${money(pnl.realised)}  open ${money(pnl.open)}  fees ${money(-pnl.fees)}  net ${money(pnl.realised + pnl.open - pnl.fees)}`,
    ],
    ...strategies.map(
      ({ name, state, decisions, pnl: own, error }) =>
        [
          `  ${name}`,
          `net ${money(own.realised + own.open - own.fees)}, ${counted(decisions, 'decision')}${state === 'failed' ? `, FAILED: ${error ?? ''}` : ''}`,
        ] as const,
    ),
    ...positions
      .filter(({ quantity }) => quantity !== 0)
      .map(
        ({ instrument, quantity, averagePrice }) =>
          ['position', `${quantity > 0 ? '+' : ''}${quantity} ${instrument} at ${averagePrice ?? ''}`] as const,
      ),
    ...connections
      .filter(({ reconnects }) => reconnects > 0)
      .map(
        ({ provider, reconnects }) => ['connection', `${provider} was lost ${counted(reconnects, 'time')}`] as const,
      ),
    ...Object.entries(dropped).map(([kind, times]) => ['dropped', `${count(times)} × ${kind}`] as const),
    ['memory', `${summary.peakRssMb} MB at most`],
    ['decisions', `${count(summary.decisions)}, hash ${summary.decisionHash}`],
    ...verdict(summary),
    ...(tape === undefined ? [] : [['tape', fromHere(tape)] as const]),
    ...(replayCommand === undefined ? [] : [['replay it', replayCommand.replace(tape ?? '', fromHere)] as const]),
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${styleText('dim', label.padEnd(width))}  ${text}`).join('\n');
}

function verdict({ verified }: RunSummary): readonly (readonly [string, string])[] {
  if (verified === undefined) return [];
  const { checkpoints, firstMismatch } = verified;
  if (firstMismatch !== undefined) {
    return [['replay', `PARTS from the recorded run before event ${firstMismatch.seq}: see runtime diff`]];
  }
  return checkpoints === 0
    ? []
    : [
        [
          'replay',
          `equal to the recorded run at ${checkpoints === 1 ? 'its one checkpoint' : `all ${count(checkpoints)} checkpoints`}`,
        ],
      ];
}

const count = (n: number): string => n.toLocaleString('en-US');
const money = (amount: number): string => `${amount > 0 ? '+' : ''}${amount.toFixed(2)}`;

/** The path as a person would type it in the current folder. */
function fromHere(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}
