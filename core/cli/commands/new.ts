import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { configSchema } from '../../config/config-schema.ts';
import { sectionOf } from '../../config/settings.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { nearest } from '../../errors/nearest.ts';
import type { PluginKind } from '../../plugin/define.ts';
import { dependencyFor } from '../dependency-for.ts';
import type { JsonOption } from '../options.ts';
import { packageName, packageRoot } from '../package-info.ts';
import { createRegistry } from '../registry.ts';
import { persistenceTemplate } from '../templates/persistence.ts';
import { projectTemplate } from '../templates/project.ts';
import { providerTemplate } from '../templates/provider.ts';
import { riskTemplate } from '../templates/risk.ts';
import { serviceTemplate } from '../templates/service.ts';
import { strategyTemplate } from '../templates/strategy.ts';

const TEMPLATES: Readonly<Record<PluginKind, (type: string, core: string) => string>> = {
  strategy: strategyTemplate,
  risk: riskTemplate,
  provider: providerTemplate,
  persistence: persistenceTemplate,
  service: serviceTemplate,
};

/** `runtime new <kind> <name>`: a plugin that runs as it is, or a project around one. Never overwrites a file. */
export async function runNew(kind: string, name: string, { json }: JsonOption): Promise<number> {
  if (kind === 'project') return newProject(name, json);
  const known = (Object.keys(TEMPLATES) as PluginKind[]).find((each) => each === kind);
  if (known === undefined) throw unknownKind(kind);
  return newPlugin(known, name, json);
}

function newPlugin(kind: PluginKind, name: string, json: boolean): number {
  const type = name.replace(/\.ts$/, '');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(type)) throw badName(kind, name);
  const file = resolve(`${type}.ts`);
  write(file, TEMPLATES[kind](type, doorFrom(dirname(file))));
  const yaml = `${sectionOf(kind)}:\n  ./${type}.ts: {}\n`;
  report(
    json,
    { kind, files: [`${type}.ts`], yaml },
    `${type}.ts written. Add to a configuration beside it:\n\n${yaml}`,
  );
  return 0;
}

async function newProject(name: string, json: boolean): Promise<number> {
  const folder = resolve(name);
  const base = folder.split(/[\\/]/).at(-1) ?? name;
  const packaged = base
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const files = {
    ...projectTemplate({
      name: packaged === '' ? 'project' : packaged,
      dependency: dependencyFor(folder),
      core: packageName,
    }),
    'schema.json': `${JSON.stringify(await configSchema(createRegistry()), null, 2)}\n`,
  };
  // All or nothing: half a project in a folder that had something in it helps nobody.
  for (const path of Object.keys(files)) if (existsSync(join(folder, path))) throw exists(join(folder, path));
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  const shown = relative(process.cwd(), folder) || '.';
  const next = `npx runtime start ${join(shown, 'config.yaml')} --for 10s`;
  report(
    json,
    { kind: 'project', folder: shown, files: Object.keys(files), next },
    `${shown} written: ${Object.keys(files).join(', ')}\n\nStart it:\n\n  ${next}\n`,
  );
  return 0;
}

/** How a file in this folder reaches the runtime: inside the clone by its alias, elsewhere by the package's name. */
function doorFrom(folder: string): string {
  const below = relative(packageRoot, folder);
  const inside = !below.startsWith('..') && !packageRoot.includes('node_modules');
  return inside ? '#core' : packageName;
}

function write(file: string, text: string): void {
  if (existsSync(file)) throw exists(file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}

const exists = (file: string): MillraceError =>
  new MillraceError({
    code: 'CLI_FILE_EXISTS',
    where: { file: relative(process.cwd(), file) },
    was: 'a file that is already there',
    expected: 'a free name; nothing is ever overwritten',
    fix: 'choose another name, or move the file away',
  });

function report(json: boolean, facts: object, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(facts)}\n` : text);
}

function unknownKind(kind: string): MillraceError {
  const kinds = [...Object.keys(TEMPLATES), 'project'];
  const meant = nearest(kind, kinds);
  return new MillraceError({
    code: 'CLI_USAGE',
    where: { path: 'kind' },
    was: kind,
    expected: `one of ${kinds.join(', ')}`,
    fix: meant === undefined ? 'for example: runtime new strategy breakout' : `did you mean ${meant}?`,
  });
}

function badName(kind: PluginKind, name: string): MillraceError {
  const better = name
    .replace(/\.ts$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  return new MillraceError({
    code: 'CLI_USAGE',
    where: { path: 'name' },
    was: name,
    expected: 'a name in kebab-case, since it becomes the file and the YAML key',
    fix: `runtime new ${kind} ${better === '' ? `my-${kind}` : better}`,
  });
}
