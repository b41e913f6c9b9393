/**
 * npm run bench [-- --quick] [--json] [--memory] [--load] [--strict]
 *
 * Measures the product beside the limit of the same machine in the same minute; docs/benchmarks.md says how to read it.
 * Ends with an error when two ways of running a strategy decide differently; a missed target is a warning, because
 * machines are shared, unless --strict is given.
 */
import { parseArgs } from 'node:util';
import { type Group, measureGroup } from './figure.ts';
import { framesGroups } from './network/frames-group.ts';
import { measureGatewayLoad } from './network/gateway-load.ts';
import { measureLoad } from './network/load.ts';
import { analyticsGroups } from './parts/analytics-group.ts';
import { bookGroups } from './parts/book-group.ts';
import { calendarGroups } from './parts/calendar-group.ts';
import { dbnGroups } from './parts/dbn-group.ts';
import { indicatorGroups } from './parts/indicator-group.ts';
import { sourceGroup } from './parts/source-group.ts';
import { timerGroup } from './parts/timer-group.ts';
import { pipelineGroup } from './pipeline/pipeline-groups.ts';
import { reportText } from './report.ts';
import { machine, missedTargets, type Results } from './results.ts';
import { measureMemory } from './tape/memory.ts';
import { measureTape } from './tape/tape-group.ts';
import { warmRxjs } from './warm-rxjs.ts';

const { values: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    load: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});
const size = asked.quick
  ? { rows: 1_000_000, rounds: 7, tape: 1_000_000 }
  : { rows: 2_000_000, rounds: 15, tape: 5_000_000 };

const LOAD_SECONDS = 60;
const GATEWAY_SECONDS = 10;
const { rows, rounds } = size;
/** Made when it is their turn, and forgotten after it: what one of them holds must not weigh on the others. */
const groups: readonly (() => readonly Group[])[] = [
  // Where targets are close: the more rounds, the likelier one that nothing else on the machine disturbs.
  () => [pipelineGroup(1, rows, 2 * rounds)],
  () => [pipelineGroup(100, rows, 2 * rounds)],
  // Each trades ten times a second: with fewer rows the slow average would hardly begin.
  () => [pipelineGroup(1000, 2 * rows, Math.ceil(rounds / 3))],
  () => [timerGroup(rows / 10, rounds)],
  () => [sourceGroup(rows, rounds)],
  () => bookGroups(rows, rounds),
  () => analyticsGroups(rounds),
  () => indicatorGroups(rows, rounds),
  () => calendarGroups(rows / 2, rounds),
  () => framesGroups(rows / 20, 2 * rounds),
  () => dbnGroups(rows / 4, rounds),
];

const note = (line: string): void => void (asked.json || process.stderr.write(`${line}\n`));
warmRxjs();
const figures: Results['figures'][number][] = [];
for (const make of groups) {
  for (const group of make()) {
    note(`measuring ${group.name} …`);
    figures.push(...(await measureGroup(group)));
  }
}
note('measuring a tape …');
const { figures: tapeFigures, ...tape } = await measureTape(size.tape, Math.ceil(rounds / 3));
figures.push(...tapeFigures);
if (asked.memory) note('measuring memory …');
const memory = asked.memory ? await measureMemory() : undefined;

if (asked.load) note('measuring a minute of 100,000 trades a second over a WebSocket …');
const load = asked.load ? await measureLoad(LOAD_SECONDS) : undefined;
const gateway = asked.load ? await measureGatewayLoad(GATEWAY_SECONDS, note) : undefined;

const results: Results = { machine: machine(), figures, tape, memory, load, gateway };
const missed = missedTargets(results);
process.stdout.write(asked.json ? `${JSON.stringify({ ...results, missed }, null, 2)}\n` : reportText(results));
if (missed.length > 0) process.stderr.write(`warning: missed its target: ${missed.join('; ')}\n`);
process.exitCode = asked.strict && missed.length > 0 ? 1 : 0;
