import { strategyTemplate } from './strategy.ts';

interface ProjectFacts {
  readonly name: string;
  /** What package.json asks for: a version, or `file:` and a path. */
  readonly dependency: string;
  /** Package name to import the runtime by. */
  readonly core: string;
}

/** The files of a new project by path. `schema.json` is not among them: it depends on the installed plugins. */
export function projectTemplate({ name, dependency, core }: ProjectFacts): Readonly<Record<string, string>> {
  return {
    'config.yaml': configYaml(name),
    'strategies/momentum.ts': strategyTemplate('momentum', core),
    'package.json': json({
      name,
      private: true,
      type: 'module',
      scripts: { start: 'runtime start config.yaml', check: 'runtime validate config.yaml' },
      dependencies: { [core]: dependency },
    }),
    'tsconfig.json': json(TSCONFIG),
    'README.md': readme(name),
    '.gitignore': 'node_modules/\nruns/\n.env\n',
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const configYaml = (name: string): string => `# yaml-language-server: $schema=schema.json
# A strategy of this project on an invented market. Nothing here can reach a broker.
name: ${name}
instrument: ESZ5

providers:
  simulator: { tradesPerSecond: 60 } # a busy one, so that something happens

strategies:
  ./strategies/momentum.ts: { timeframe: 1s, quantity: 1 }

risk: # asked in this order; the first refusal wins
  max-position: { contracts: 2 }
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    noEmit: true,
    // Node runs these files by removing the types; what it cannot run, the editor underlines.
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  },
  include: ['strategies'],
};

const readme = (name: string): string => `# ${name}

    npx runtime start config.yaml --for 10s
    npx runtime validate config.yaml

The strategy is \`strategies/momentum.ts\`. Edit it and start again; there is no build step. The summary of a run ends with
the command that replays it. \`npx runtime new strategy breakout\` starts another one, \`npx runtime plugins\` lists what is
installed, and \`npx runtime schema --out schema.json\` refreshes what editors know after an update.
`;
