import type { CompletedCommand, CompletedOption } from './completion-model.ts';

/** The shells for which there is a script. */
export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link COMPLETED_SHELLS}. */
export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** The script that teaches a shell the commands and their options. */
export const COMPLETION_SCRIPTS: Readonly<
  Record<CompletedShell, (commands: readonly CompletedCommand[]) => string>
> = { bash, zsh, fish };

function bash(commands: readonly CompletedCommand[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => `    '${name} ${option.option}') ${bashValue(option)};;`),
  );
  const words = commands.map(({ name, options, operands }) => {
    const all = [...operands, ...options.map(({ option }) => option)];
    return `    ${name}) words='${all.join(' ')}';;`;
  });
  const files = commands.filter(({ takesFile }) => takesFile).map(({ name }) => name);
  return `# bash completion for spark-mesos: source it, or put it into the folder of bash-completion.
_spark_mesos() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}" words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
    return
  fi
  case "$command $previous" in
${values.join('\n')}
  esac
  case "$command" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$command" in
    ${files.join('|')}) [ "\${current#-}" != "$current" ] || COMPREPLY+=($(compgen -f -- "$current"));;
  esac
}
complete -o filenames -F _spark_mesos spark-mesos
`;
}

function bashValue({ choices, names }: CompletedOption): string {
  if (choices.length > 0) return `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); return`;
  if (names === 'directory') return 'COMPREPLY=($(compgen -d -- "$current")); return';
  // A value that nothing is known of: rather nothing than an option.
  return names === 'file' ? 'COMPREPLY=($(compgen -f -- "$current")); return' : 'return';
}

function zsh(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, summary }) => `    ${zshWord(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, options, operands, takesFile }) => {
    const specs = options.map((option) =>
      zshWord(`*${option.option}[${zshText(option.meaning)}]${zshValue(option)}`),
    );
    const rest = operands.length > 0 ? [zshWord(`1:word:(${operands.join(' ')})`)] : [];
    const files = takesFile ? [zshWord('*:file:_files')] : [];
    const lines = [...specs, ...rest, ...files].map((spec) => `        ${spec}`);
    return `    ${name})\n      _arguments \\\n${lines.join(' \\\n')}\n      ;;`;
  });
  return `#compdef spark-mesos
# zsh completion for spark-mesos: a file _spark-mesos in a folder of $fpath, or sourced after compinit.
_spark_mesos() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands 'command' commands
    return
  fi
  local command=\${words[2]}
  shift words
  (( CURRENT -= 1 ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "\${funcstack[1]}" = _spark-mesos ]; then
  _spark_mesos "$@"
else
  compdef _spark_mesos spark-mesos
fi
`;
}

function zshValue({ takesValue, choices, names }: CompletedOption): string {
  if (!takesValue) return '';
  if (choices.length > 0) return `:value:(${choices.join(' ').replaceAll(':', '\\:')})`;
  if (names === undefined) return ':value: ';
  return names === 'file' ? ':file:_files' : ':directory:_files -/';
}

function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function zshWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const isFirst = '__fish_use_subcommand';
  const names = commands.map(
    ({ name, summary }) => `complete -c spark-mesos -n ${isFirst} -f -a ${name} -d ${fishWord(summary)}`,
  );
  const rest = commands.flatMap(({ name, options, operands, takesFile }) => {
    const when = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      ...(operands.length > 0 ? [`complete -c spark-mesos ${when} -f -a '${operands.join(' ')}'`] : []),
      ...(takesFile || operands.length > 0 ? [] : [`complete -c spark-mesos ${when} -f`]),
      ...options.map(
        (option) =>
          `complete -c spark-mesos ${when} -l ${option.option.slice(2)}${fishValue(option)} -d ${fishWord(option.meaning)}`,
      ),
    ];
  });
  return `# fish completion for spark-mesos: a file spark-mesos.fish in ~/.config/fish/completions, or sourced.
complete -c spark-mesos -n ${isFirst} -l version -d 'print the version of spark-mesos'
complete -c spark-mesos -n ${isFirst} -l help -d 'print help'
${[...names, ...rest].join('\n')}
`;
}

function fishValue({ takesValue, choices, names }: CompletedOption): string {
  if (!takesValue) return '';
  if (choices.length > 0) return ` -x -a '${choices.join(' ')}'`;
  if (names === 'file') return ' -r -F';
  return names === 'directory' ? " -x -a '(__fish_complete_directories)'" : ' -x';
}

function fishWord(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
