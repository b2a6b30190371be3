import type { AttackGroup } from './attack.ts';

const connects = (address: string, name: string) => ({
  name,
  language: 'perl' as const,
  source: `exit(IO::Socket::UNIX->new(${address}) ? 0 : 1);`,
});

const connectsByInternet = (family: string) =>
  `exit(IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $ENV{PORT}, Proto => '${family}') ? 0 : 1);`;

export const services: AttackGroup = {
  title: 'Services of the machine',
  attacks: [
    connects(
      `"$ENV{STAGE}/run/service.sock"`,
      'gives orders to a service by its socket, such as a container engine, a bus or an agent of keys',
    ),
    connects(`"$ENV{STAGE}/link-to-run/service.sock"`, 'gives orders to a service through a link to its folder'),
    connects(`"$ENV{STAGE}/run/renamed.sock"`, 'gives orders to a service whose socket was renamed, as by ssh'),
    connects(`"$ENV{TEMPORARY}/service.sock"`, 'gives orders to a service by a socket in the /tmp of the machine'),
    connects(`"service.sock"`, "gives orders to a service by a socket in its caller's directory"),
    {
      name: 'gives orders to a service by a named pipe beside its socket',
      language: 'perl',
      source: `exit(sysopen(F, "$ENV{STAGE}/run/orders", 2 | 2048) && -p F ? 0 : 1);`,
    },
    {
      name: 'has a terminal multiplexer run a command outside',
      source: 'tmux -S "$STAGE/run/tmux.sock" run-shell true',
      needs: 'tmux',
    },
    {
      ...connects(
        String.raw`"\0$ENV{UNIQUE}" . "\0" x (107 - length $ENV{UNIQUE})`,
        'connects to an abstract socket of the machine',
      ),
      reachable: true,
    },
    {
      name: 'connects by TCP to this machine, and so to its network, the metadata service of a cloud too',
      language: 'perl',
      source: connectsByInternet('tcp'),
      reachable: true,
    },
    {
      name: 'connects to a socket that a service makes after the command was started',
      language: 'perl',
      source: `open(F, '>', 'wants-later'); close F; select(undef, undef, undef, 0.01) until -S "$ENV{STAGE}/run/later.sock";
        exit(IO::Socket::UNIX->new("$ENV{STAGE}/run/later.sock") ? 0 : 1);`,
      reachable: true,
    },
  ],
};
