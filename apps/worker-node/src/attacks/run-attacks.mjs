// The command that exec is given: it runs each attack as a process of its own and prints which of them succeeded.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const perl = ['-MIO::Socket::UNIX', '-MIO::Socket::INET', '-MPOSIX', '-e'];

const succeeds = ({ language, source }) =>
  spawnSync(language ?? 'sh', [...(language === 'perl' ? perl : ['-c']), source], { stdio: 'ignore' }).status === 0;

const attacks = JSON.parse(readFileSync('attacks.json', 'utf8'));
process.stdout.write(JSON.stringify(attacks.filter(succeeds).map(({ name }) => name)));
