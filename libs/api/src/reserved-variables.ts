/** Names that no new secret may have. In a name, a * at the end stands for any ending. */
export interface ReservedVariable {
  readonly name: string;
  readonly reason: string;
  /** `exec` gives the command its own value */
  readonly passedOn?: true;
}

const list = (reason: string, names: string, more: Pick<ReservedVariable, 'passedOn'> = {}): ReservedVariable[] =>
  names.split(/\s+/).map((name) => ({ name, reason, ...more }));

export const reservedVariables: readonly ReservedVariable[] = [
  ...list('exec passes it on from its own environment', 'PATH HOME USER SHELL LANG LC_* TZ TMPDIR TERM PWD', {
    passedOn: true,
  }),
  ...list('it is a setting of the store', 'SECRET_STORE_*'),
  ...list('a shell sets it itself, so that the value would be lost', 'OLDPWD SHLVL UID EUID PPID _'),
  ...list(
    'a shell reads or runs what it names',
    'IFS ENV BASH_ENV BASH_FUNC_* SHELLOPTS BASHOPTS PS4 PROMPT_COMMAND CDPATH FPATH ZDOTDIR INPUTRC',
  ),
  ...list(
    'the loader or the C library loads what it names',
    'LD_* DYLD_* GCONV_PATH GLIBC_TUNABLES LOCPATH NLSPATH MALLOC_* GETCONF_DIR TZDIR',
  ),
  ...list(
    'it changes which machine a name stands for',
    'HOSTALIASES LOCALDOMAIN RESOLV_HOST_CONF RES_OPTIONS NIS_PATH',
  ),
  ...list(
    'Node or a runtime like it loads or trusts what it names',
    `NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_REPL_EXTERNAL_MODULE NODE_TLS_REJECT_UNAUTHORIZED
     ELECTRON_RUN_AS_NODE NPM_CONFIG_* npm_config_* BUN_OPTIONS DENO_DIR`,
  ),
  ...list(
    'Python loads or runs what it names',
    `PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONBREAKPOINT PYTHONUSERBASE PYTHONINSPECT
     PYTHONEXECUTABLE PYTHONPLATLIBDIR PYTHONPYCACHEPREFIX PYTHONNOUSERSITE PYTHONCASEOK PYTHONSAFEPATH`,
  ),
  ...list('Perl loads or runs what it names', 'PERL5OPT PERL5LIB PERL5DB PERLLIB PERL5SHELL PERLIO_DEBUG'),
  ...list(
    'Ruby loads or runs what it names',
    'RUBYOPT RUBYLIB RUBYPATH RUBYSHELL GEM_HOME GEM_PATH BUNDLE_GEMFILE BUNDLE_PATH',
  ),
  ...list(
    'Java loads or runs what it names',
    `JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JAVA_OPTS JAVA_HOME CLASSPATH MAVEN_OPTS GRADLE_OPTS SBT_OPTS`,
  ),
  ...list(
    '.NET loads what it names',
    'DOTNET_STARTUP_HOOKS DOTNET_ADDITIONAL_DEPS DOTNET_SHARED_STORE DOTNET_ROOT* CORECLR_* COR_*',
  ),
  ...list('PHP loads what it names', 'PHPRC PHP_INI_SCAN_DIR'),
  ...list('Lua loads or runs what it names', 'LUA_INIT* LUA_PATH* LUA_CPATH*'),
  ...list('R loads or runs what it names', 'R_PROFILE* R_ENVIRON* R_HOME R_LIBS* R_DEFAULT_PACKAGES'),
  ...list('Julia loads what it names', 'JULIA_LOAD_PATH JULIA_DEPOT_PATH JULIA_PROJECT'),
  ...list('Erlang loads or runs what it names', 'ERL_FLAGS ERL_AFLAGS ERL_ZFLAGS ERL_LIBS ELIXIR_ERL_OPTIONS'),
  ...list(
    'an interpreter loads or runs what it names',
    'TCLLIBPATH GUILE_LOAD_PATH GUILE_LOAD_COMPILED_PATH EMACSLOADPATH VIMINIT EXINIT VIMRUNTIME',
  ),
  ...list(
    'a build tool loads or runs what it names',
    `RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTFLAGS MAKEFLAGS MAKEFILES GOFLAGS GOROOT GCC_EXEC_PREFIX
     COMPILER_PATH`,
  ),
  ...list(
    'Git loads or runs what it names',
    `GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_ASKPASS
     GIT_PROXY_COMMAND GIT_TEMPLATE_DIR GIT_DIR GIT_WORK_TREE GIT_CONFIG GIT_CONFIG_*`,
  ),
  ...list(
    'programs ask whom it names for a password or a service',
    'SSH_ASKPASS SUDO_ASKPASS SSH_AUTH_SOCK DBUS_SESSION_BUS_ADDRESS DBUS_SYSTEM_BUS_ADDRESS',
  ),
  ...list(
    'programs run what it names',
    'PAGER MANPAGER SYSTEMD_PAGER EDITOR VISUAL BROWSER LESS LESSOPEN LESSCLOSE LESSKEY',
  ),
  ...list('programs load what it names to draw on a terminal', 'TERMINFO TERMINFO_DIRS TERMCAP'),
  ...list(
    'OpenSSL loads what it names, or writes its keys there',
    'OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSLKEYLOGFILE',
  ),
  ...list('a library of the network loads what it names', 'KRB5_CONFIG GSS_MECH_CONFIG SASL_PATH CURL_HOME WGETRC'),
  ...list('programs look there for their configuration and their sockets', 'XDG_*'),
  ...list(
    'a library loads what it names',
    `GTK_MODULES GTK_PATH GIO_EXTRA_MODULES GIO_MODULE_DIR QT_PLUGIN_PATH QML_IMPORT_PATH QML2_IMPORT_PATH
     GST_PLUGIN_*`,
  ),
  ...list(
    'a graphics or computing library loads what it names',
    'CUDA_INJECTION* OCL_ICD_* OPENCL_VENDOR_PATH VK_* LIBGL_DRIVERS_PATH LIBVA_DRIVERS_PATH',
  ),
];

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Why no new secret may have this name, or null. */
export const reasonReserved = (name: string): string | null =>
  reservedVariables.find((reserved) => matches(reserved.name, name))?.reason ?? null;

/** Whether `exec` gives the command this variable of its own environment. */
export const passedOnVariable = (name: string): boolean =>
  reservedVariables.some((reserved) => reserved.passedOn === true && matches(reserved.name, name));
