import { expect, test } from 'vitest';
import { passedOnVariable, reasonReserved, reservedVariables } from './reserved-variables.ts';
import { environmentVariable } from './schemas/secret.ts';

const promised = `
  PATH HOME USER SHELL LANG LC_ALL TZ TMPDIR TERM PWD IFS ENV BASH_ENV BASH_FUNC_x SHELLOPTS BASHOPTS PS4
  PROMPT_COMMAND LD_PRELOAD DYLD_INSERT_LIBRARIES GCONV_PATH GLIBC_TUNABLES LOCPATH NLSPATH MALLOC_CHECK_
  NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS
  PYTHONBREAKPOINT PYTHONUSERBASE PYTHONINSPECT PERL5OPT PERL5LIB PERL5DB PERLLIB RUBYOPT RUBYLIB
  JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH DOTNET_STARTUP_HOOKS CORECLR_PROFILER PHPRC
  PHP_INI_SCAN_DIR LUA_INIT LUA_INIT_5_4 R_PROFILE R_PROFILE_USER GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH
  GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_CONFIG_COUNT PAGER EDITOR VISUAL BROWSER LESSOPEN LESSCLOSE
  OPENSSL_CONF OPENSSL_MODULES GEM_HOME GEM_PATH ZDOTDIR SECRET_STORE_PWD
`;

test('each promised name is reserved, with a reason that is said', () => {
  for (const name of promised.trim().split(/\s+/)) {
    const reason = reasonReserved(name);
    expect({ name, reason }).toEqual({ name, reason: expect.stringMatching(/\w/) });
    expect(environmentVariable.safeParse(name).error?.issues[0]?.message).toBe(
      `is reserved, since ${reason}: choose another name`,
    );
  }
});

test.each(['MYSQL_PASSWORD', 'GIT_TOKEN', 'PYTHON_TOKEN', 'MYPATH', 'PATHS', 'HTTP_PROXY', 'path', 'NPM_TOKEN'])(
  '%s is a name like any other',
  (name) => expect(environmentVariable.parse(name)).toBe(name),
);

test('exec passes on only reserved names, so no secret can come beside one', () => {
  const passed = reservedVariables.filter((one) => passedOnVariable(one.name.replace('*', 'X')));
  expect(passed.map(({ name }) => name)).toEqual([
    ...['PATH', 'HOME', 'USER', 'SHELL', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'TERM', 'PWD'],
  ]);
  expect(passedOnVariable('NODE_OPTIONS')).toBe(false);
});

test('no name stands in the list twice', () => {
  const names = reservedVariables.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
