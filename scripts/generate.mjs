// npm run generate: everything that is made from the sources and committed: schemas, command reference.
// (oclif.manifest.json is made by npm run build.)
import { join } from 'node:path';
import { ensureBuild, root, run } from './steps.mjs';

ensureBuild();
run(process.execPath, [join(root, 'scripts/generate-schemas.mjs')]);
run(process.execPath, [join(root, 'scripts/generate-commands.mjs')]);
