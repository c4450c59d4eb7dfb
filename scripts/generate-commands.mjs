// The command reference, docs/commands/<topic>.md, from the manifest: one file a topic, in the words of --help.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const folder = join(root, 'docs/commands');
const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
const { oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const cell = (text) => (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ').trim();
const value = (flag) => (flag.type === 'boolean' ? '' : ` ${flag.helpValue ?? flag.options?.join('|') ?? 'VALUE'}`);

function flagRow(flag) {
  const names = `${flag.char ? `-${flag.char}, ` : ''}--${flag.allowNo ? '[no-]' : ''}${flag.name}${value(flag)}`;
  const notes = [
    `${flag.summary ?? flag.description ?? ''}.`,
    flag.required && 'Required.',
    flag.multiple && 'Repeatable.',
    flag.default !== undefined && flag.type !== 'boolean' && `Default: ${flag.default}.`,
    flag.options && !value(flag).includes(flag.options.join('|')) && `One of: ${flag.options.join(', ')}.`,
  ];
  return `| \`${cell(names)}\` | ${cell(notes.filter(Boolean).join(' '))} |`;
}

function section(command) {
  const id = command.id.replaceAll(':', ' ');
  const args = Object.values(command.args);
  const flags = Object.values(command.flags).filter((flag) => !flag.hidden);
  const usage = args.map((arg) => (arg.required ? arg.name.toUpperCase() : `[${arg.name.toUpperCase()}]`)).join(' ');
  const bin = (text) => text.replaceAll('<%= config.bin %>', oclif.bin).replaceAll('<%= command.id %>', id);
  const examples = (command.examples ?? []).map((each) =>
    typeof each === 'string' ? bin(each) : `# ${bin(each.description)}\n${bin(each.command)}`,
  );
  return [
    `## ${oclif.bin} ${id}`,
    bin(command.summary ?? ''),
    command.description && bin(command.description),
    `\`\`\`\n${oclif.bin} ${id}${usage && ` ${usage}`} [FLAGS]\n\`\`\``,
    args.length > 0 &&
      [
        '| Argument | |',
        '|---|---|',
        ...args.map((arg) => `| \`${arg.name.toUpperCase()}\` | ${cell(arg.description)} |`),
      ].join('\n'),
    flags.length > 0 && ['| Flag | |', '|---|---|', ...flags.map(flagRow)].join('\n'),
    examples.length > 0 && `\`\`\`\n${examples.join('\n\n')}\n\`\`\``,
  ]
    .filter(Boolean)
    .join('\n\n');
}

const topics = new Map();
for (const command of Object.values(manifest.commands)) {
  const topic = command.id.split(':')[0];
  topics.set(topic, [...(topics.get(topic) ?? []), command]);
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [topic, commands] of topics) {
  const intro = oclif.topics?.[topic]?.description;
  const text = [`# ${topic}`, intro && `${intro}.`, ...commands.filter((each) => !each.hidden).map(section)].filter(
    Boolean,
  );
  writeFileSync(join(folder, `${topic}.md`), `${text.join('\n\n')}\n`);
}
