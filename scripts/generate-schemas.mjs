// JSON Schemas of the documents ovnctl prints, from the exported TypeScript types of their data: schemas/<out>.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';
import { root } from './steps.mjs';

/** One line for every kind of document: the exported type of `data`, the file that exports it, the `kind` in the envelope. */
const DOCUMENTS = JSON.parse(readFileSync(join(root, 'scripts/documents.json'), 'utf8'));

const folder = join(root, 'schemas');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

/** The schema of one exported type, with the types it uses under `definitions`. */
function schemaOf(file, type) {
  return createGenerator({
    path: join(root, file),
    tsconfig: join(root, 'tsconfig.json'),
    type,
    expose: 'none',
    topRef: false,
    jsDoc: 'extended',
    additionalProperties: false,
    skipTypeCheck: true,
    sortProps: true,
  }).createSchema(type);
}

/** The envelope around the data; additive changes keep v1, so readers must accept what they do not know. */
function documentSchema(kind, data) {
  const { $schema, definitions = {}, ...dataSchema } = data;
  return {
    $schema,
    title: `ovnctl ${kind}`,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'data'],
    additionalProperties: false,
    properties: {
      apiVersion: { const: 'ovnctl.dev/v1' },
      kind: { const: kind },
      metadata: {
        type: 'object',
        required: kind === 'Error' ? ['tool'] : ['tool', 'source', 'coverage'],
        properties: {
          tool: { type: 'string', pattern: '^ovnctl/[0-9]+\\.[0-9]+\\.[0-9]+' },
          source: { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } },
          coverage: {
            type: 'object',
            required: ['complete', 'gaps'],
            properties: { complete: { type: 'boolean' }, gaps: { type: 'array' } },
          },
        },
      },
      data: dataSchema,
    },
    definitions,
  };
}

for (const { kind, type, file, out } of DOCUMENTS) {
  const path = join(folder, out);
  const text = JSON.stringify(documentSchema(kind, schemaOf(file, type)));
  const options = await resolveConfig(path);
  writeFileSync(path, await format(text, { ...options, parser: 'json' }));
}
