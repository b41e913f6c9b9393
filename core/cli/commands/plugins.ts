import { type KnownPlugin, knownPlugins } from '../../config/config-schema.ts';
import { describeOptions, type OptionRow } from '../../config/describe-options.ts';
import { PLUGIN_SECTIONS } from '../../config/settings.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { nearest } from '../../errors/nearest.ts';
import type { PluginKind } from '../../plugin/define.ts';
import type { JsonOption } from '../options.ts';
import { createRegistry } from '../registry.ts';
import { table } from '../table.ts';

type Listed = KnownPlugin & { readonly kind: PluginKind; readonly section: string };

/** `runtime plugins [name]`: what is installed, or the options of one plugin. */
export async function runPlugins(name: string | undefined, { json }: JsonOption): Promise<number> {
  const registry = createRegistry();
  const listed: Listed[] = [];
  for (const [section, kind] of Object.entries(PLUGIN_SECTIONS)) {
    for (const known of await knownPlugins(registry, kind)) listed.push({ ...known, kind, section });
  }
  const chosen = name === undefined ? listed : listed.filter(({ type }) => type === name);
  if (name !== undefined && chosen.length === 0) throw unknown(name, listed);

  if (json) process.stdout.write(`${JSON.stringify({ plugins: chosen.map(asJson) })}\n`);
  else process.stdout.write(name === undefined ? overview(listed) : chosen.map(details).join('\n'));
  return 0;
}

function overview(listed: readonly Listed[]): string {
  const sections = Object.keys(PLUGIN_SECTIONS).map((section) => {
    const rows = listed.filter((each) => each.section === section).map((each) => [`  ${each.type}`, summaryOf(each)]);
    return rows.length === 0 ? '' : `${section}\n${table(rows)}\n`;
  });
  return `${sections.filter((text) => text !== '').join('\n')}\nruntime plugins <name> shows the options of one.\n`;
}

function details(known: Listed): string {
  const heading = `${known.section}.${known.type}\n${summaryOf(known)}\n`;
  const options = optionsOf(known);
  if (options.length === 0) return `${heading}\n  no options\n`;
  const rows = options.map(({ name, type, fallback, description }) => [`  ${name}`, type, fallback, description]);
  return `${heading}\n${table([['  option', 'type', 'default', 'description'], ...rows])}\n`;
}

const asJson = (known: Listed): object => ({
  kind: known.kind,
  type: known.type,
  ...('plugin' in known
    ? { summary: known.plugin.summary, version: known.version, options: optionsOf(known) }
    : { fault: known.fault.message }),
});

const optionsOf = (known: KnownPlugin): readonly OptionRow[] =>
  'plugin' in known ? describeOptions(known.plugin.options) : [];

const summaryOf = (known: KnownPlugin): string =>
  'plugin' in known
    ? known.plugin.summary
    : `does not load: ${known.fault instanceof MillraceError ? known.fault.problems[0]?.was : known.fault.message}`;

function unknown(name: string, listed: readonly Listed[]): MillraceError {
  const types = [...new Set(listed.map(({ type }) => type))];
  const meant = nearest(name, types);
  return new MillraceError({
    code: 'PLUGIN_NOT_FOUND',
    where: { path: 'name' },
    was: name,
    expected: `one of ${types.join(', ')}`,
    fix: meant === undefined ? 'runtime plugins lists them with their summaries' : `did you mean ${meant}?`,
  });
}
