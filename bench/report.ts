import { type Figure, isWithin } from './figure.ts';
import type { GatewayLoad } from './network/gateway-load.ts';
import type { Results } from './results.ts';

/** The figures as a table for people, and what became of the targets. */
export function reportText({ figures, tape, memory, load, gateway }: Results): string {
  const lines: string[] = [];
  for (const [group, rows] of Map.groupBy(figures, (figure) => figure.group)) {
    const title = `${group} (ns per ${rows[0]!.per})`;
    lines.push('', `${title.padEnd(58)}   best  median     M/s   ratio`);
    for (const row of rows) lines.push(lineOf(row));
  }
  if (tape !== undefined) {
    const million = (perSecond: number): string => (perSecond / 1e6).toFixed(1);
    lines.push(
      '',
      `tape: written at ${tape.writeNs.toFixed(0)} ns a row; wall time: read at ${million(tape.readPerSecond)} M/s,` +
        ` replayed at ${million(tape.replayPerSecond)} M/s, target ${million(tape.target)} ${verdict(tape.isFast)}`,
    );
  }
  if (memory !== undefined) {
    const { shortMb, longMb, allowedMb, isFlat } = memory;
    lines.push(
      `memory: ${shortMb} MB for 5 million trades, ${longMb} MB for 50 million, target +${allowedMb} ${verdict(isFlat)}`,
    );
  }
  if (load !== undefined) {
    const { sent, seen, seconds, symbols, sentPerSecond, cpuShare, aliveMbEarly, aliveMbLate, isMet } = load;
    lines.push(
      `load: ${sent} trades of ${symbols} symbols in ${seconds} s (${sentPerSecond.toFixed(0)}/s), ${seen} reached the` +
        ` strategy; ${(100 * cpuShare).toFixed(0)} % of a core, ${aliveMbEarly.toFixed(1)} MB alive after a third, ${aliveMbLate.toFixed(1)} MB at the end, ${verdict(isMet)}`,
    );
  }
  if (gateway !== undefined) lines.push('', ...gatewayLines(gateway));
  return `${lines.join('\n')}\n`;
}

function lineOf(figure: Figure): string {
  const { name, best, median, perSecond, ratio, atMost, atMostNs } = figure;
  const columns = [best.toFixed(1), median.toFixed(1), (perSecond / 1e6).toFixed(1), ratio.toFixed(2)];
  const within = isWithin(figure);
  const target = within === undefined ? '' : `  target ${atMost ?? `${atMostNs?.toFixed(0)} ns`} ${verdict(within)}`;
  return `  ${name.padEnd(56)}${columns.map((column) => column.padStart(8)).join('')}${target}`;
}

function gatewayLines(rows: readonly GatewayLoad[]): readonly string[] {
  const title = `gateway and recorders, ${rows[0]?.seconds} s each`;
  const head = ['offered', 'lost', 'per s', 'core', 'us each', 'MB alive', 'strategy ms', 'client ms'];
  const columns = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(14)).join('');
  const both = ({ median, p99 }: { readonly median: number; readonly p99: number }): string =>
    `${median.toFixed(1)} / ${p99.toFixed(0)}`;
  return [
    `${title.padEnd(52)}${columns(head)}`,
    ...rows.map((row) => {
      const cells = [
        String(row.offered),
        String(row.lost),
        row.perSecond.toFixed(0),
        `${(100 * row.cpuShare).toFixed(0)} %`,
        row.cpuUs.toFixed(1),
        `${row.aliveMbEarly.toFixed(1)} ${row.aliveMbLate.toFixed(1)}`,
        both(row.strategyDelay),
        row.clientDelay === undefined ? '' : both(row.clientDelay),
      ];
      return `  ${row.name.padEnd(50)}${columns(cells)}  ${verdict(row.isMet)}`;
    }),
  ];
}

const verdict = (isMet: boolean): string => (isMet ? 'ok' : 'MISSED');
