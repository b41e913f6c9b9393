// Writes the parts of README.md and docs/ that come from declarations: `node tools/docs.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Argument, Command } from 'commander';
import { z } from 'zod';
import { buildProgram } from '../core/cli/program.ts';
import { createRegistry } from '../core/cli/registry.ts';
import { describeOptions, type OptionRow } from '../core/config/describe-options.ts';
import { providerSettings } from '../core/config/provider-settings.ts';
import { PLUGIN_SECTIONS, settings } from '../core/config/settings.ts';
import { BAR_KINDS } from '../core/domain/bar-kinds.ts';
import type { Plugin, PluginKind } from '../core/plugin/define.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS: Readonly<Record<PluginKind, string>> = {
  provider: 'plugins/providers',
  strategy: 'strategies',
  risk: 'plugins/risk',
  persistence: 'plugins/persistence',
  service: 'plugins/services',
};

/** Which part is made how. A part stands between `<!-- generated: name -->` and `<!-- end -->`. */
const PARTS: Readonly<Record<string, () => Promise<string> | string>> = {
  plugins: pluginTable,
  settings: () => optionTable(describeOptions(settings)),
  commands: commandTable,
  'plugin options': pluginOptions,
  'connection options': () => optionTable(describeOptions(z.strictObject(providerSettings))),
  'command options': commandOptions,
  'bar kinds': barKinds,
};
const FILES = ['README.md', 'docs/bars.md', 'docs/plugins.md', 'docs/commands.md', 'docs/connections.md'];

/** Each file with generated parts: its text as it is, and as it should be. */
export async function generatedDocs(): Promise<readonly { file: string; is: string; shouldBe: string }[]> {
  return Promise.all(
    FILES.map(async (file) => {
      const is = readFileSync(root + file, 'utf8');
      let shouldBe = is;
      for (const [whole, name = ''] of is.matchAll(/<!-- generated: ([\w ]+) -->\n.*?<!-- end -->/gs)) {
        const make = PARTS[name];
        if (make === undefined) throw new Error(`${file}: no part is called ${name}`);
        const part = `<!-- generated: ${name} -->\n\n${await make()}\n\n<!-- end -->`;
        shouldBe = shouldBe.replace(whole, () => part);
      }
      return { file, is, shouldBe };
    }),
  );
}

async function plugins(): Promise<readonly { kind: PluginKind; section: string; plugin: Plugin }[]> {
  const registry = createRegistry();
  const all = Object.entries(PLUGIN_SECTIONS).map(([section, kind]) =>
    registry.types(kind).map(async (type) => {
      const { plugin } = await registry.load(kind, type, root);
      return { kind, section, plugin };
    }),
  );
  return Promise.all(all.flat());
}

async function pluginTable(): Promise<string> {
  const rows = (await plugins()).map(({ kind, plugin }) => [kind, linkTo(kind, plugin.type), plugin.summary]);
  return markdown(['kind', 'type', 'what it does'], rows);
}

async function pluginOptions(): Promise<string> {
  const parts = (await plugins()).map(({ kind, section, plugin }) => {
    const options = describeOptions(plugin.options);
    const table = options.length === 0 ? 'No options.' : optionTable(options);
    return `### ${section}.${plugin.type}\n\n${plugin.summary} [Source](../${path(kind, plugin.type)}).\n\n${table}`;
  });
  return parts.join('\n\n');
}

function barKinds(): string {
  const rows = Object.entries(BAR_KINDS).flatMap(([kind, schema]) =>
    describeOptions(schema).map(({ name, type, fallback, description }, i) => [
      i === 0 ? kind : '',
      code(name),
      type,
      fallback === '' || fallback === 'required' ? fallback : code(fallback),
      description,
    ]),
  );
  return markdown(['kind', 'option', 'value', 'default', 'meaning'], rows);
}

function commandTable(): string {
  const rows = commands().map((command) => [code(usage(command)), command.description()]);
  return markdown(['command', 'what it does'], rows);
}

function commandOptions(): string {
  const parts = commands().map((command) => {
    const rows = command.options.map(({ flags, description }) => [code(flags), description]);
    return `## runtime ${usage(command)}\n\n${command.description()}\n\n${markdown(['option', 'meaning'], rows)}`;
  });
  return parts.join('\n\n');
}

const commands = (): readonly Command[] => buildProgram(() => undefined).commands;

/** `replay <tape>`: the name and what must follow it. */
const usage = (command: Command): string => [command.name(), ...command.registeredArguments.map(argument)].join(' ');

function argument(known: Argument): string {
  const label = known.variadic ? `${known.name()}...` : known.name();
  return known.required ? `<${label}>` : `[${label}]`;
}

function optionTable(rows: readonly OptionRow[]): string {
  const cells = rows.map(({ name, type, fallback, description }) => [
    code(name),
    type,
    fallback === '' || fallback === 'required' ? fallback : code(fallback),
    description,
  ]);
  return markdown(['option', 'value', 'default', 'meaning'], cells);
}

const path = (kind: PluginKind, type: string): string => {
  const folder = `${FOLDERS[kind]}/${type}`;
  return isFile(`${folder}.ts`) ? `${folder}.ts` : `${folder}/index.ts`;
};
const linkTo = (kind: PluginKind, type: string): string => `[${type}](${path(kind, type)})`;

function isFile(file: string): boolean {
  try {
    readFileSync(root + file);
    return true;
  } catch {
    return false;
  }
}

const code = (text: string): string => `\`${text}\``;

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (process.argv[1] !== undefined && relative(process.argv[1], fileURLToPath(import.meta.url)) === '') {
  for (const { file, is, shouldBe } of await generatedDocs()) {
    if (is === shouldBe) continue;
    writeFileSync(root + file, shouldBe);
    process.stdout.write(`${file} written\n`);
  }
}
