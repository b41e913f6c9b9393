import { planDbn as planRows } from '../../dbn/plan.ts';
import { readDbnRows } from '../../dbn/read-rows.ts';
import { surveyDbn } from '../../dbn/survey.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportPlan, ImportSource } from './import-plan.ts';
import type { ImportReport } from './import-report.ts';

/**
 * Databento's DBN, versions 1 to 3, plain or `.zst`, any number of instruments and schemas: trades, quotes of mbp-1, tbbo and
 * bbo, depth of mbp-10 and of single orders (mbo), bars. Files of definitions say tick sizes. A file that breaks off or is
 * damaged gives all that comes before.
 *
 * Errors: IMPORT_NO_DATA, IMPORT_ONE_NAME; DBN_CORRUPT, DBN_TRUNCATED and DBN_VERSION for a file that does not begin as DBN
 */
export async function planDbn(
  files: readonly string[],
  options: ImportOptions,
  report: ImportReport,
): Promise<ImportPlan> {
  const surveys = await Promise.all(files.map((file) => surveyDbn(file)));
  const { instruments, targets } = planRows(surveys);
  if (instruments.length === 0) throw noData(files);
  if (instruments.length > 1 && options.instrument !== undefined) throw oneName([...targets.keys()]);
  const specs = instruments.map(({ spec, isGuess }) => {
    if (isGuess && options.tickSize === undefined) {
      report.note(`tick size ${spec.tickSize} of ${spec.symbol} taken from the prices (--tick-size sets another)`);
    }
    return overlaid(spec, options);
  });
  return {
    instruments: specs,
    sources: surveys
      .filter(({ rtypes }) => rtypes.size > 0)
      .map(
        (survey): ImportSource => ({
          file: survey.file,
          startsAt: survey.from,
          bytes: survey.bytes,
          batches: () =>
            readDbnRows(survey, {
              targets,
              note: (text) => report.note(text),
              damaged: ({ code, problems }) =>
                report.skip(`all from a fault of the file on (${code})`, survey.file, 0, problems[0]?.was ?? ''),
            }),
        }),
      ),
  };
}

const overlaid = (spec: InstrumentSpec, { instrument, tickSize, pointValue }: ImportOptions): InstrumentSpec => ({
  ...spec,
  symbol: instrument ?? spec.symbol,
  tickSize: tickSize ?? spec.tickSize,
  pointValue: pointValue ?? spec.pointValue,
});

const noData = (files: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_NO_DATA',
    where: { file: files[0] },
    was: 'no trade, quote, order or bar',
    expected: 'records of trades, mbp-1, tbbo, mbp-10, mbo, bbo or ohlcv',
    fix: 'name a file of market data; one of definitions or statistics can be given beside it',
  });

const oneName = (symbols: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_ONE_NAME',
    where: { path: '--instrument' },
    was: `one name for ${symbols.join(', ')}`,
    expected: 'files of one symbol',
    fix: 'leave --instrument out; the symbols keep their names',
  });
