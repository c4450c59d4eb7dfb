/**
 * The floors of ovnctl as import rules, one rule a folder. `MAY` is the table in docs/ARCHITECTURE.md: a folder may import
 * itself and what is listed, nothing else of ours. test/arch/floors.test.ts seeds one violation for every rule.
 */

const WORLD = ['base', 'net', 'lflow', 'ovsdb', 'kube', 'ovn', 'ovnk', 'world'];
const ENGINES = ['trace', 'manage', 'snapshot', 'doctor'];

const MAY = {
  base: [],
  net: ['base'],
  lflow: ['base', 'net'],
  'ovsdb/wire': ['base'],
  'ovsdb/schema': ['base', 'ovsdb/wire'],
  'ovsdb/replica': ['base', 'ovsdb/wire', 'ovsdb/schema'],
  'ovsdb/file': ['base', 'ovsdb/wire', 'ovsdb/schema', 'ovsdb/replica'],
  'ovsdb/client': ['base', 'ovsdb/wire', 'ovsdb/schema', 'ovsdb/replica'],
  kube: ['base', 'net'],
  ovn: ['base', 'net', 'lflow', 'ovsdb', 'kube'],
  ovnk: ['base', 'net', 'lflow', 'ovsdb', 'kube', 'ovn'],
  world: ['base', 'net', 'lflow', 'ovsdb', 'kube', 'ovn', 'ovnk'],
  trace: WORLD,
  manage: WORLD,
  snapshot: WORLD,
  doctor: [...WORLD, 'trace'],
  usecase: [...WORLD, ...ENGINES],
  connect: [...WORLD, 'snapshot', 'manage'],
  view: [...WORLD, ...ENGINES, 'usecase'],
  cli: [...WORLD, 'snapshot', 'usecase', 'view', 'connect'],
};

const folders = (names) => names.join('|');

const floorRules = Object.entries(MAY).map(([folder, may]) => ({
  name: `floor:${folder}`,
  comment: `src/${folder} may import ${may.length === 0 ? 'nothing' : `only ${may.join(', ')}`}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^(src|commands|bin)/', pathNot: `^src/(${folders([folder, ...may])})/` },
}));

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'floor:commands',
      comment:
        'a command translates flags into one use case and emits its result; engines and adapters are behind that',
      severity: 'error',
      from: { path: '^commands/' },
      to: { path: '^(src|bin)/', pathNot: '^src/(base|cli|usecase|view)/' },
    },
    {
      name: 'known-folder',
      comment: 'every module of src belongs to a floor; a new folder needs a line in MAY',
      severity: 'error',
      from: { path: '^(src|commands)/' },
      to: { path: '^src/', pathNot: `^src/(${folders(Object.keys(MAY))})/` },
    },
    {
      name: 'io-only-in-connect-and-cli',
      comment: 'engines get readers, clocks and streams as arguments; built-ins are for src/connect and src/cli',
      severity: 'error',
      from: { path: '^(src|commands)/', pathNot: '^src/(connect|cli)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'oclif-only-in-cli-and-commands',
      comment: 'the command framework stays at the edge, so that a later major version touches two folders',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '(^|node_modules/)@oclif/' },
    },
    {
      name: 'no-test-in-production',
      comment: 'production code never imports tests or benches',
      severity: 'error',
      from: { path: '^(src|commands|bin)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-development-dependency',
      comment: 'what is installed with the program is in "dependencies"',
      severity: 'error',
      from: { path: '^(src|commands|bin)/', pathNot: '^bin/dev\\.js$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-circular',
      comment: 'a cycle is two topics that have not been told apart',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'an import the cruiser cannot resolve is one that no other rule sees',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    // Without exportsFields packages like @oclif/core stay unresolved, and rules about them never match.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
