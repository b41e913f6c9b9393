/**
 * The layers of the house, as a table: a folder of core may import itself and the folders (or single files) beside it.
 * A folder that is missing here may import nothing, so a new one has to be placed first.
 *
 * core/plugin holds contracts only, so it lies below the kernel, which fulfils some of them.
 */
const layers = {
  errors: [],
  domain: ['errors'],
  calendar: ['domain', 'errors'],
  indicators: ['domain', 'errors'],
  plugin: ['domain', 'errors'],
  streams: ['domain', 'errors', 'calendar', 'indicators', 'plugin'],
  kernel: ['domain', 'errors', 'calendar', 'indicators', 'plugin', 'streams'],
  // It keeps books as the kernel does.
  analytics: ['domain', 'errors', 'calendar', 'indicators', 'plugin', 'streams', 'kernel/book'],
  volume: ['domain', 'errors', 'calendar', 'analytics'],
  tape: ['domain', 'errors', 'calendar', 'plugin', 'runtime/wall\\.ts'],
  dbn: ['domain', 'errors', 'plugin', 'tape/(end-of-run|merge-recordings)\\.ts'],
  config: ['domain', 'errors', 'calendar', 'plugin'],
  net: ['domain', 'errors', 'plugin', 'runtime/wall\\.ts'],
  runtime: ['domain', 'errors', 'calendar', 'indicators', 'plugin', 'streams', 'kernel', 'tape', 'config', 'net'],
};

const coreLayers = Object.entries(layers).map(([layer, below]) => ({
  name: `core-${layer}`,
  comment: `core/${layer} may import ${below.length === 0 ? 'no other folder of core' : below.join(', ')}.`,
  severity: 'error',
  from: { path: `^core/${layer}/` },
  to: { path: '^core/', pathNot: `^core/(${[layer, ...below].join('|')})(/|$)` },
}));

const placed = [...Object.keys(layers), 'testing', 'cli'].join('|');

export default {
  forbidden: [
    ...coreLayers,
    {
      name: 'core-has-a-place-for-every-folder',
      comment: 'A new folder of core needs a row in the table of .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^core/[^/]+/', pathNot: `^core/(${placed})/` },
      to: {},
    },
    {
      name: 'testing-is-public',
      comment: 'core/testing is what users test with: it may build on everything but the command line.',
      severity: 'error',
      from: { path: '^core/testing/' },
      to: { path: '^core/cli/' },
    },
    {
      name: 'door-leads-inside',
      comment: 'core/index.ts opens core to others; the command line and the test kit are not behind it.',
      severity: 'error',
      from: { path: '^core/index\\.ts$' },
      to: { path: '^core/(cli|testing)/' },
    },
    {
      name: 'core-knows-no-plugin',
      comment: 'Plugins and strategies are loaded by the names in the YAML, never imported.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(plugins|strategies)/' },
    },
    {
      name: 'plugins-use-the-door',
      comment: "Plugins and strategies import '#core', npm packages and Node's own modules: nothing else of the house.",
      severity: 'error',
      from: { path: '^(plugins|strategies)/' },
      to: {
        path: '^[^/]+/',
        pathNot: '^(core/index\\.ts$|core/testing/index\\.ts$|plugins/|strategies/|node_modules/)',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'the-test-kit-is-for-loopbacks',
      comment: "A provider's venue on this machine is built with '#core/testing'; nothing else that ships needs it.",
      severity: 'error',
      from: { path: '^(plugins|strategies)/', pathNot: '^plugins/providers/[^/]+/loopback/' },
      to: { path: '^core/testing/' },
    },
    {
      name: 'the-door-is-called-core',
      comment: "Write '#core', not a path to core/index.ts: it stays right wherever the file moves.",
      severity: 'error',
      from: { path: '^(plugins|strategies)/' },
      to: { path: '^core/', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'plugins-stand-alone',
      comment: 'A plugin imports no other plugin; what two of them need belongs behind #core.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/([^/.]+)' },
      to: { path: '^(plugins|strategies)/', pathNot: '^plugins/$1/$2/' },
    },
    {
      name: 'strategies-stand-alone',
      comment: 'A strategy imports no other strategy and no plugin.',
      severity: 'error',
      from: { path: '^strategies/([^/.]+)' },
      to: { path: '^(plugins|strategies)/', pathNot: '^strategies/$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other, even for a type only, are one file or want a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tests-are-leaves',
      comment: 'Nothing that ships may lean on a test.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'ships-no-dev-dependency',
      comment: 'What ships may import only what package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^(core|plugins|strategies)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolves',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types count: a type that points up is a layer that leaks.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
