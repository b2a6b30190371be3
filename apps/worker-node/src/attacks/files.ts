import type { AttackGroup } from './attack.ts';

const contains = (file: string) => `grep -q the-mark ${file}`;

export const files: AttackGroup = {
  title: 'Reading what is not its own',
  attacks: [
    { name: 'reads the keys of the worker', source: contains('"$STAGE/data/worker/pool-keys.json"') },
    { name: 'reads the recovery file', source: contains('"$STAGE/data/recovery/recovery-file.json"') },
    {
      name: 'reads the keys through a link in its directory',
      source: `ln -s "$STAGE/data" link-to-data; ${contains('link-to-data/worker/pool-keys.json')}`,
    },
    {
      name: 'reads the keys through a hard link',
      source: `ln "$STAGE/data/worker/pool-keys.json" stolen && ${contains('stolen')}`,
    },
    {
      name: 'reads the keys through the root of another process',
      source: contains('"/proc/$VICTIM/root$STAGE/data/worker/pool-keys.json"'),
    },
    {
      name: 'unmounts what hides the keys',
      source: `umount "$STAGE/data"; unshare -rm umount "$STAGE/data"; ${contains('"$STAGE/data/worker/pool-keys.json"')}`,
    },
    {
      name: 'asks the worker for the secrets of another algorithm',
      language: 'perl',
      source: `my $s = IO::Socket::UNIX->new("$ENV{STAGE}/data/worker/worker.sock") or exit 1;
        print $s qq({"owner":"demo","name":"other"}\\n); exit(<$s> =~ /the-mark/ ? 0 : 1);`,
    },
    { name: 'reads a file for plugins, such as the token of a pod', source: contains('"$STAGE/pod/token"') },
    { name: 'reads the TLS key', source: contains('"$STAGE/tls/key.pem"') },
    {
      name: 'reads what another algorithm keeps in its cache',
      source: contains('"$HOME/.cache/secret-store/x/demo/other/kept"'),
    },
    { name: 'reads a file in the /tmp of the machine', source: contains('"$TEMPORARY/file"') },
    { name: 'reads shared memory in the /dev/shm of the machine', source: contains('"/dev/shm/$UNIQUE"') },
    {
      name: 'reads the disk past its file system',
      source:
        'for disk in /dev/vd? /dev/sd? /dev/xvd? /dev/nvme?n?; do head -c 1 "$disk" >/dev/null && exit 0; done; exit 1',
      user: 'root',
      needs: 'disk',
    },
  ],
};

const writes = (file: string) => `mkdir -p "$(dirname ${file})" && echo the-mark >> ${file}`;

export const writing: AttackGroup = {
  title: 'Writing what others run',
  attacks: [
    { name: 'appends a line to the installed exec', source: 'echo >> "$STAGE/installation/exec.program"' },
    {
      name: 'exchanges the installation',
      source: 'mv "$STAGE/installation" "$STAGE/moved" && mv "$STAGE/moved" "$STAGE/installation"',
    },
    { name: 'appends to ~/.bashrc', source: writes('"$HOME/.bashrc"') },
    {
      name: 'appends to ~/.bashrc through a hard link',
      source: 'ln "$HOME/.bashrc" linked && echo the-mark >> linked',
    },
    { name: 'adds a key to ~/.ssh/authorized_keys', source: writes('"$HOME/.ssh/authorized_keys"') },
    { name: 'adds a unit to systemd', source: writes('"$HOME/.config/systemd/user/unit.service"') },
    { name: 'puts a program into ~/.local/bin', source: writes('"$HOME/.local/bin/bwrap"') },
    { name: 'poisons the cache of npm', source: writes('"$HOME/.npm/_cacache/index"') },
    {
      name: 'poisons what programs outside keep in ~/.cache',
      source: writes('"$HOME/.cache/pip/wheel"'),
      leaves: { folder: 'home', file: '.cache/pip/wheel' },
    },
    { name: 'adds a git hook to another directory', source: writes('"$STAGE/other/.git/hooks/pre-commit"') },
    {
      name: 'leaves a file in the /tmp of the machine',
      source: writes('"$TEMPORARY/left"'),
      leaves: { folder: 'temporary', file: 'left' },
    },
    {
      name: 'adds a job to cron',
      source: 'mkdir -p /var/spool/cron && echo > "/var/spool/cron/$UNIQUE" && rm "/var/spool/cron/$UNIQUE"',
      user: 'root',
    },
    {
      name: 'names a program for the kernel to run',
      language: 'perl',
      source: `exit(open(F, '+<', '/proc/sys/kernel/core_pattern') ? 0 : 1);`,
      user: 'root',
    },
    {
      name: 'changes a setting in /sys',
      language: 'perl',
      source: `for (glob('/sys/block/*/queue/read_ahead_kb /sys/module/*/parameters/*')) { exit 0 if open(F, '+<', $_) } exit 1;`,
      user: 'root',
    },
    {
      name: 'makes a cgroup',
      language: 'perl',
      source: `for (glob('/sys/fs/cgroup /sys/fs/cgroup/*')) { my $d = "$_/$ENV{UNIQUE}"; if (mkdir $d) { rmdir $d; exit 0 } } exit 1;`,
      user: 'root',
    },
    {
      name: "adds a git hook to its caller's directory",
      source: writes('.git/hooks/pre-commit'),
      reachable: true,
    },
  ],
};
