import { styleText } from 'node:util';
import { MillraceError } from '../../errors/millrace-error.ts';
import { CERTIFY_CASES } from '../certify/all-cases.ts';
import type { CaseResult } from '../certify/case.ts';
import { type Certificate, certify } from '../certify/certify.ts';
import type { CertifyOptions } from '../options.ts';
import { createRegistry } from '../registry.ts';

/** `runtime certify <provider>`: 0 when every case that can be played passes, 1 when one fails. */
export async function runCertify(name: string, options: CertifyOptions): Promise<number> {
  const only = options.only === undefined ? undefined : numbersOf(options.only);
  const { plugin } = await createRegistry().load('provider', name, process.cwd());
  // The registry has seen to it that it is one.
  if (plugin.kind !== 'provider' || plugin.loopback === undefined) throw noVenue(name);
  const certificate = await certify(plugin, {
    only,
    seed: options.seed,
    instruments: options.instruments?.split(',').map((symbol) => symbol.trim()),
  });
  process.stdout.write(options.json ? `${JSON.stringify(certificate)}\n` : report(certificate, name));
  return certificate.failed + certificate.strays.length > 0 ? 1 : 0;
}

function report({ provider, seed, ms, passed, failed, skipped, cases, strays }: Certificate, name: string): string {
  const width = Math.max(...cases.map(({ name }) => name.length));
  const lines = cases.map((each) => line(each, width));
  const count = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  const again = cases.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  const hint = again.length === 0 ? '' : `\nagain: runtime certify ${name} --only ${again.join(',')} --seed ${seed}`;
  lines.push(...strays.map((error) => `    ${styleText('red', '✗')} an error left the provider: ${error}`));
  return `${lines.join('\n')}\n\n${provider}: ${count}, in ${(ms / 1000).toFixed(1)} s (seed ${seed})${hint}\n`;
}

const MARKS = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  skipped: ['–', 'dim'],
} as const;

function line({ id, name, outcome, why }: CaseResult, width: number): string {
  const [mark, colour] = MARKS[outcome];
  const head = `${String(id).padStart(3)} ${styleText(colour, mark)} `;
  if (outcome === 'failed') return `${head}${name}\n      ${styleText('red', why ?? '')}`;
  const remark = why === undefined ? '' : `  ${outcome === 'skipped' ? 'skipped: ' : ''}${why}`;
  return remark === '' ? `${head}${name}` : `${head}${name.padEnd(width)}${styleText('dim', remark)}`;
}

function numbersOf(text: string): readonly number[] {
  const known = CERTIFY_CASES.map(({ id }) => id);
  return text.split(',').map((part) => {
    const id = Number(part);
    if (known.includes(id)) return id;
    throw new MillraceError({
      code: 'BAD_OPTION',
      where: { path: '--only' },
      was: part,
      expected: `numbers of cases, from 1 to ${known.length}, with commas between`,
      fix: 'write for example --only 3,7; docs/certification.md lists the cases',
    });
  });
}

const noVenue = (name: string): MillraceError =>
  new MillraceError({
    code: 'NO_LOOPBACK',
    where: { path: 'provider' },
    was: `${name}, which has no venue to play against`,
    expected: 'a provider with  loopback: () => import(…)',
    fix: 'write one: docs/certification.md shows how',
  });
