// npm run build: dist/{commands,src} from the sources, the manifest that lets the program start without reading them, and
// the bundle that makes a few files of hundreds.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { bin, root, run } from './steps.mjs';

rmSync(join(root, 'dist'), { recursive: true, force: true });
run(process.execPath, [bin('typescript', 'tsc'), '-p', 'tsconfig.build.json']);
// A manifest is read in preference to the commands it was made from: without this the old one would describe itself.
rmSync(join(root, 'oclif.manifest.json'), { force: true });
run(process.execPath, [bin('oclif', 'oclif'), 'manifest'], { quiet: true });

// oclif writes object members in the order it met the files; sorted, the same sources give the same bytes everywhere.
const file = join(root, 'oclif.manifest.json');
const manifest = JSON.parse(readFileSync(file, 'utf8'));
manifest.commands = Object.fromEntries(Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);

// After the manifest, which oclif's own copy of itself makes.
await bundle();
