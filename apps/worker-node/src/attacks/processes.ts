import type { AttackGroup } from './attack.ts';

/** Numbers of system calls, by the name of the machine. */
const numbers = `my %n = @{{ x86_64 => [ptrace => 101, keyctl => 250, mq_open => 240], aarch64 => [ptrace => 117, keyctl => 219, mq_open => 180] }->{(POSIX::uname())[4]}};`;

export const processes: AttackGroup = {
  title: 'Other processes',
  attacks: [
    { name: 'sees another process', source: 'test -e "/proc/$VICTIM/status"' },
    { name: 'reads the environment of another process', source: 'grep -q the-mark "/proc/$VICTIM/environ"' },
    {
      name: 'opens the memory of another process',
      language: 'perl',
      source: `exit(open(F, '+<', "/proc/$ENV{VICTIM}/mem") ? 0 : 1);`,
      needs: 'tracing',
    },
    {
      name: 'traces another process',
      language: 'perl',
      source: `${numbers} my $victim = $ENV{VICTIM} + 0;
        exit 1 if syscall($n{ptrace}, 0x4206, $victim, 0, 0) != 0;
        syscall($n{ptrace}, 0x4207, $victim, 0, 0); waitpid($victim, 0x40000000);
        syscall($n{ptrace}, 17, $victim, 0, 0); exit 0;`,
      needs: 'tracing',
    },
    { name: 'may signal, and so end, another process', source: 'kill -0 "$VICTIM"' },
    {
      name: 'opens shared memory of System V',
      language: 'perl',
      source: `exit(defined shmget($ENV{KEY} + 0, 0, 0) ? 0 : 1);`,
    },
    {
      name: 'opens a message queue of POSIX',
      language: 'perl',
      source: `${numbers} my $name = $ENV{UNIQUE}; exit(syscall($n{mq_open}, $name, 2, 0, 0) >= 0 ? 0 : 1);`,
      needs: 'systemCalls',
    },
    {
      name: "finds a key in its caller's keyrings",
      language: 'perl',
      source: `${numbers} my ($type, $name) = ('user', $ENV{UNIQUE});
        for (-3, -4, -5) { exit 0 if syscall($n{keyctl}, 10, $_, $type, $name, 0) >= 0 } exit 1;`,
      needs: 'keyring',
    },
    { name: 'makes a user namespace, in which it has every capability', source: 'unshare --user --map-root-user true' },
    {
      name: "pushes input into its caller's terminal",
      source: `script -qec "perl -e 'my \\$c = chr 120; exit(ioctl(STDIN, 0x5412, \\$c) ? 0 : 1)'" /dev/null`,
      needs: 'terminal',
    },
    {
      name: 'becomes root by a setuid program',
      source: 'test "$("$STAGE/other/setuid" -u)" = 0',
      user: 'ordinary',
    },
  ],
};
