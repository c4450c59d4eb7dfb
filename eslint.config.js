import vitest from '@vitest/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Floors 0–5 and the renderers are pure: clock, ids, files and streams reach them as arguments. */
const PURE = [
  'src/{base,net,lflow,ovsdb,ovn,ovnk,world,trace,manage,snapshot,doctor,usecase,view}/**/*.ts',
  'src/kube/**/*.ts',
];

/** Node's own modules, with and without their prefix; our folder `net` is imported relatively and is none of them. */
const BUILT_INS =
  '^(node:|(fs|path|os|net|tls|http|https|dns|child_process|worker_threads|crypto|timers|process)(/|$))';

const AMBIENT = [
  'process',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'performance',
  'crypto',
  '__dirname',
].map((name) => ({ name, message: 'this floor is pure: take it as an argument' }));

const EXPORTS = [
  { selector: 'ExportAllDeclaration', message: 'name what is exported; no barrels' },
  { selector: 'ExportDefaultDeclaration', message: 'named exports only (oclif command classes excepted)' },
];

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'examples/', '**/fixtures/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Numbers and booleans in a template read well and cannot print "[object Object]"; bigint is our address type.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `return this.fail(…)` ends a parser function that has nothing to give; two statements would say no more.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@oclif/core',
              allowTypeImports: true,
              message: 'import the part, for example @oclif/core/flags: the whole adds some 20 ms to every start',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...EXPORTS],
    },
  },
  {
    files: PURE,
    rules: {
      'no-restricted-syntax': [
        'error',
        ...EXPORTS,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'the clock is an argument' },
      ],
      'no-restricted-globals': ['error', ...AMBIENT],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: BUILT_INS, message: 'I/O is only in src/connect and src/cli' }] },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'the clock is an argument' },
        { object: 'Math', property: 'random', message: 'nothing here is random: the same input gives the same bytes' },
        { object: 'globalThis', property: 'process', message: 'this floor is pure: take it as an argument' },
      ],
    },
  },
  // oclif asks for a default class in a command file, the tools for one in their configuration.
  {
    files: ['commands/**/*.ts', '*.config.ts', 'test/cli/fixture/commands/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    plugins: { vitest },
    rules: {
      ...vitest.configs.recommended.rules,
      // A helper whose name starts with "expect" asserts; fast-check asserts through fc.assert.
      'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'fc.assert', 'expect*'] }],
      // Case tables name their tests from data, and a suite without its data says so by a skipped test.
      'vitest/valid-title': 'off',
      'vitest/no-disabled-tests': 'off',
      'vitest/no-conditional-expect': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'readonly',
        performance: 'readonly',
        TextDecoder: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: { eqeqeq: 'error', 'prefer-const': 'error', 'no-undef': 'error', 'no-unused-vars': 'error' },
  },
  prettier,
);
