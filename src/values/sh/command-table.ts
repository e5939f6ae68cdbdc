// Lists the programs that run words as commands, by option and by command: `git rebase -x`, `tmux new-session`.
import { NO_OPTION, type Interpreter } from './interpreter-table.ts';

/** Settings of git whose value is run. */
const GIT_SETTING =
  /^(?:core\.(?:sshcommand|editor|pager|fsmonitor|askpass|gitproxy|alternaterefscommand)|alias\.[^=]+|sequence\.editor|interactive\.difffilter|diff\.external|uploadpack\.packobjectshook|sendemail\.\w*cmd|gpg\..*program|submodule\..+\.update|credential\.helper|(?:filter|diff|merge|pager|credential|difftool|mergetool|browser|man|trailer|tar|remote)\..*(?:clean|smudge|process|textconv|command|cmd|driver|helper|uploadpack|receivepack|vcs)|pager\.\w+)$/iu;

const GIT_COMMANDS: readonly Interpreter[] = [
  { program: /^config$/u, code: GIT_SETTING },
  {
    program: /^clone$/u,
    code: /^(?:-u|--upload-pack)$/u,
    settings: /^(?:-c|--config)$/u,
    assigned: GIT_SETTING,
    prefix: /^(?:-c|--config=)/u,
  },
  { program: /^(?:fetch|pull|fetch-pack|ls-remote)$/u, code: /^--(?:upload-pack|exec)$/u },
  { program: /^(?:push|send-pack)$/u, code: /^--(?:receive-pack|exec)$/u },
  { program: /^archive$/u, code: /^--exec$/u },
  { program: /^rebase$/u, flags: 'ipqrvfkn', code: /^(?:-[ipqrvfkn]*x|--exec)$/u },
  { program: /^bisect$/u, code: /^run$/u, takesRest: true },
  { program: /^submodule$/u, code: /^foreach$/u, takesRest: true },
  { program: /^(?:difftool|mergetool)$/u, flags: 'dyg', code: /^(?:-[dyg]*x|--extcmd)$/u },
  { program: /^filter-branch$/u, code: /^(?:--(?:[a-z]+-filter|setup))$/u },
  { program: /^grep$/u, code: /^--open-files-in-pager$/u, prefix: /^-O/u },
  { program: /^send-email$/u, code: /^--(?:[a-z]+-cmd|sendmail-cmd)$/u },
  { program: /^instaweb$/u, code: /^(?:-b|--browser|-d|--httpd)$/u },
  { program: /^for-each-repo$/u, code: NO_OPTION, operand: 0, takesRest: true },
].map((command) => ({ ...command, isShell: true }));

/** A server that runs already has an environment of its own. */
const TMUX_ADVICE = 'write -e NAME=TEMPLATE in front of the command, and "$NAME" in it';

/** Operands of these are commands. `values`: their options that take a value. */
const TMUX_COMMANDS: readonly Interpreter[] = [
  ...[
    { program: /^(?:send-keys|send)$/u, values: /^-[tNc]$/u },
    { program: /^(?:run-shell|run|if-shell|if|pipe-pane|pipep)$/u, values: /^-[cdt]$/u },
    { program: /^(?:set-hook|bind-key|bind|confirm-before|confirm|command-prompt)$/u, values: /^-[Tt]$/u },
    { program: /^(?:new-session|new)$/u, values: /^-[ceFfnstxy]$/u, instead: TMUX_ADVICE },
    { program: /^(?:new-window|neww)$/u, values: /^-[ceFnt]$/u, instead: TMUX_ADVICE },
    { program: /^(?:split-window|splitw)$/u, values: /^-[ceFlpt]$/u, instead: TMUX_ADVICE },
    { program: /^respawn(?:-pane|p|-window|w)$/u, values: /^-[cet]$/u, instead: TMUX_ADVICE },
    { program: /^(?:display-popup|popup)$/u, values: /^-[bcdehsStTwxy]$/u, instead: TMUX_ADVICE },
  ].map((command) => ({ ...command, code: NO_OPTION, operand: 0, takesRest: true, isShell: true })),
  {
    program: /^(?:set-option|set|set-window-option|setw)$/u,
    code: /^(?:default-command|default-shell|status-\w+)$/u,
  },
];

export const COMMAND_RUNNERS: readonly Interpreter[] = [
  {
    program: /^(?:su|flock|script)$/u,
    flags: 'aefqlmp',
    code: /^(?:-[a-zA-Z]*c|--command|--session-command)$/u,
    read: '"$NAME"',
    isShell: true,
  },
  {
    program: /^(?:runuser|chronic|systemd-run|newgrp|sg)$/u,
    code: /^(?:-[a-zA-Z]*c|--command)$/u,
    isShell: true,
  },
  { program: /^env$/u, flags: 'iv0', code: /^(?:-[a-zA-Z0]*S|--split-string)$/u, takesRest: true },
  { program: /^crontab$/u, code: NO_OPTION, readsStdin: true },
  {
    program: /^git$/u,
    code: NO_OPTION,
    values: /^(?:-C|--git-dir|--work-tree|--namespace|--exec-path|--super-prefix)$/u,
    settings: /^-c$/u,
    assigned: GIT_SETTING,
    read: '"$NAME"',
    commands: GIT_COMMANDS,
  },
  { program: /^tmux$/u, code: /^-c$/u, values: /^-[fLST]$/u, isShell: true, commands: TMUX_COMMANDS },
  { program: /^screen$/u, code: /^-X$/u, takesRest: true },
  {
    program: /^(?:xterm|u?rxvt|st|konsole|alacritty|terminator|xfce4-terminal)$/u,
    code: /^-[ex]$/u,
    takesRest: true,
  },
  { program: /^rg$/u, code: /^--(?:pre|hostname-bin)$/u },
  { program: /^rsync$/u, code: /^(?:-[a-zA-Z]*e|--rsh|--rsync-path)$/u, flags: 'avzhnrltpgoDPqu' },
  {
    program: /^scp$/u,
    code: /^-[SD]$/u,
    settings: /^-o$/u,
    assigned: /^\w*Command$/iu,
    prefix: /^(?:-o *)?\w*Command[ =]/iu,
  },
  {
    program: /^sftp$/u,
    code: /^-[SD]$/u,
    // A line that begins with `!` is for a shell.
    readsStdin: true,
    targets: Infinity,
    settings: /^-o$/u,
    assigned: /^\w*Command$/iu,
    prefix: /^(?:-o *)?\w*Command[ =]/iu,
  },
  { program: /^lftp$/u, code: /^-[ec]$/u, readsStdin: true, targets: Infinity },
  {
    program: /^adb$/u,
    code: NO_OPTION,
    values: /^-[sPHt]$/u,
    commands: [{ program: /^(?:shell|exec-out|exec-in)$/u, code: NO_OPTION, operand: 0, takesRest: true }],
  },
  { program: /^hg$/u, code: NO_OPTION, prefix: /^(?:--config=)?(?:alias|hooks|merge-tools)\./iu },
  { program: /^mosh$/u, code: /^--(?:ssh|server)$/u },
  {
    program: /^g?tar$/u,
    flags: 'cxtrujzJvpkaSh',
    code: /^(?:-[cxtrujzJvpkaSh]*[IF]|--to-command|--checkpoint-action|--use-compress-program|--info-script|--new-volume-script|--rsh-command|--rmt-command)$/u,
  },
  { program: /^zip$/u, code: /^(?:-[a-zA-Z]*TT|--unzip-command)$/u, prefix: /^-[a-zA-Z]*TT/u },
  { program: /^cpio$/u, code: /^--(?:rsh|rmt)-command$/u },
  { program: /^dpkg$/u, code: /^--(?:pre|post)-invoke$/u },
  { program: /^aria2c$/u, code: /^--on-[a-z-]+$/u },
  { program: /^(?:fd|fdfind)$/u, code: NO_OPTION, prefix: /^(?:-[xX]|--exec(?:-batch)?=)/u },
  { program: /^ack(?:-grep)?$/u, code: /^--pager$/u },
  { program: /^java$/u, code: NO_OPTION, prefix: /^-XX:On\w+=/u },
  { program: /^split$/u, code: /^--filter$/u, isShell: true },
  { program: /^sort$/u, code: /^--compress-program$/u },
  { program: /^wget$/u, code: /^--use-askpass$/u, prefix: /^(?:-e|--execute=)? *use_?askpass/iu },
  { program: /^tcpdump$/u, code: /^-z$/u },
  { program: /^(?:strace|ltrace)$/u, code: NO_OPTION, prefix: /^(?:-o)?[|!]/u },
  { program: /^(?:nc|netcat|ncat)$/u, code: /^(?:-[klnuv]*[ec]|--(?:sh-|lua-)?exec)$/u },
  { program: /^socat$/u, code: NO_OPTION, prefix: /^(?:EXEC|SYSTEM|SHELL):/iu },
  { program: /^(?:fzf|sk)$/u, code: /^--(?:preview|bind|execute)$/u },
  { program: /^(?:less|more|most)$/u, code: NO_OPTION, prefix: /^\+/u },
  { program: /^(?:vi|vim|nvim|view)$/u, code: /^(?:-[cS]|--cmd)$/u, prefix: /^\+/u },
  { program: /^man$/u, code: /^(?:-P|--pager)$/u, prefix: /^-[PH]/u },
  { program: /^(?:bat|batcat|delta)$/u, code: /^--pager$/u },
  {
    program: /^(?:hyperfine|concurrently|entr)$/u,
    code: /^(?:-[crdnp]*s|--setup|--prepare|--cleanup)$/u,
    operand: 0,
    takesRest: true,
    values:
      /^(?:-[wmMruLDPiNnck]|--(?:warmup|runs|min-runs|max-runs|parameter-[a-z]+|export-[a-z]+|names|max-processes|kill-others))$/u,
  },
  { program: /^nix-shell$/u, code: /^--(?:run|command)$/u, isShell: true },
  { program: /^nodemon$/u, code: /^(?:-x|--exec)$/u, isShell: true },
  {
    program: /^watchexec$/u,
    code: NO_OPTION,
    operand: 0,
    takesRest: true,
    values: /^(?:-[weifdsW]|--(?:watch|exts|ignore|filter|debounce|signal|shell|workdir))$/u,
  },
  { program: /^(?:npm|npx|pnpm|yarn|vagrant|gcloud)$/u, code: /^(?:-c|--call|--command)$/u, isShell: true },
  {
    program: /^(?:pdsh|pssh|parallel-ssh|clush|dsh)$/u,
    code: NO_OPTION,
    operand: 0,
    takesRest: true,
    values: /^-[wxgulftRhHpoemMc]$/u,
  },
  { program: /^ansible$/u, code: /^(?:-a|--args)$/u },
  { program: /^salt(?:-call|-ssh)?$/u, code: /^cmd\.\w+$/u, takesRest: true },
  {
    program: /^heroku$/u,
    code: NO_OPTION,
    commands: [{ program: /^run(?::\w+)?$/u, code: NO_OPTION, operand: 0, takesRest: true }],
  },
  { program: /^az$/u, code: /^--scripts$/u },
  { program: /^aws$/u, code: NO_OPTION, commands: [{ program: /^ssm$/u, code: /^--parameters$/u }] },
  {
    program: /^sops$/u,
    code: NO_OPTION,
    commands: [{ program: /^exec-(?:env|file)$/u, code: NO_OPTION, operand: 1, isShell: true }],
  },
  { program: /^go$/u, code: /^-(?:exec|toolexec|vettool)$/u },
  {
    program: /^cargo$/u,
    code: NO_OPTION,
    commands: [{ program: /^watch$/u, code: /^(?:-s|--shell)$/u, isShell: true }],
  },
  { program: /^apt(?:-get)?$/u, code: NO_OPTION, settings: /^-o$/u, assigned: /::(?:pre|post)-\w*/iu },
  {
    program: /^(?:docker|podman)$/u,
    code: NO_OPTION,
    file: /^(?:-f|--file)(?:=|$)/u,
    instead: 'write docker build --build-arg NAME=TEMPLATE, and ARG NAME in the Dockerfile',
  },
];
