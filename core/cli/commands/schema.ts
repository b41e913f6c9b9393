import { writeFileSync } from 'node:fs';
import { configSchema } from '../../config/config-schema.ts';
import { PLUGIN_SECTIONS } from '../../config/settings.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { nearest } from '../../errors/nearest.ts';
import type { PluginKind } from '../../plugin/define.ts';
import type { SchemaOptions } from '../options.ts';
import { createRegistry } from '../registry.ts';

const KINDS: readonly PluginKind[] = Object.values(PLUGIN_SECTIONS);

/** `runtime schema`: the JSON Schema of configurations, for editors. */
export async function runSchema({ out, kind }: SchemaOptions): Promise<number> {
  const schema = await configSchema(createRegistry(), kind === undefined ? KINDS : [knownKind(kind)]);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (out === undefined) process.stdout.write(text);
  else {
    writeFileSync(out, text);
    process.stderr.write(
      `${out} written; name it on top of a configuration:\n# yaml-language-server: $schema=${out}\n`,
    );
  }
  return 0;
}

/** Throws a MillraceError when there is no such kind. */
export function knownKind(kind: string): PluginKind {
  const found = KINDS.find((known) => known === kind);
  if (found !== undefined) return found;
  const meant = nearest(kind, KINDS);
  throw new MillraceError({
    code: 'CLI_USAGE',
    where: { path: '--kind' },
    was: kind,
    expected: `one of ${KINDS.join(', ')}`,
    fix: meant === undefined ? 'name one of them' : `did you mean ${meant}?`,
  });
}
