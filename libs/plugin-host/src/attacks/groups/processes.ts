import { url } from 'node:inspector';
import type { AttackGroup } from './attack.ts';

const inspectorOfHost = () => url() !== undefined;

export const processes: AttackGroup = {
  title: 'Processes',
  attacks: [
    {
      name: 'runs a program',
      source: `return require('node:child_process').execFileSync('/bin/true');`,
      succeedsIn: ['none'],
    },
    { name: 'runs a shell', source: `return require('node:child_process').execSync('true');`, succeedsIn: ['none'] },
    {
      name: 'forks',
      source: `
        const child = require('node:child_process').fork(process.argv[2], { execArgv: [], env: {} });
        await require('node:events').once(child, 'spawn');
        child.kill('SIGKILL');
        return 'forked';`,
      succeedsIn: ['none'],
    },
    {
      name: 'runs a program through the internals of Node',
      source: `return process.binding('spawn_sync').spawn({ file: '/bin/true', args: ['true'], envPairs: [], stdio: Array(3).fill({ type: 'ignore' }) }).pid;`,
      succeedsIn: ['none'],
    },
    {
      name: 'may signal, and so end, its host',
      source: `process.kill(given.hostPid, 0); return 'signalled';`,
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'may signal, and so end, another plugin',
      source: `process.kill(given.otherPid, 0); return 'signalled';`,
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'may signal every process of this user at once',
      source: `process.kill(-1, 0); return 'signalled';`,
      succeedsIn: ['permission', 'none'],
    },
    {
      name: 'makes its host open the inspector by a signal',
      source: `
        try { process.kill(given.hostPid, 'SIGUSR1'); } catch {}
        try { process._debugProcess(given.hostPid); } catch {}
        return 'signalled';`,
      succeeded: inspectorOfHost,
      succeedsIn: [],
      refusal: /did: signalled/,
    },
    {
      name: 'makes another plugin open the inspector by a signal',
      source: `
        try { process.kill(given.otherPid, 'SIGUSR1'); } catch {}
        for (let attempt = 0; attempt < 20; attempt += 1) {
          const answer = await tell(pastPreload(given)({ host: '127.0.0.1', port: 9229 }), '').catch(() => null);
          if (answer !== null) return answer;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
        throw new Error('no inspector');`,
      succeedsIn: [],
      refusal: /no inspector/,
    },
    {
      name: 'opens its own inspector',
      source: `require('node:inspector').open(0); return 'open';`,
      succeedsIn: ['none'],
    },
    {
      name: 'debugs itself, to get at what Node hides',
      source: `new (require('node:inspector').Session)().connect(); return 'connected';`,
      succeedsIn: ['none'],
    },
    {
      name: 'becomes another user',
      source: `process.setgid(12345); process.setuid(12345); return process.getuid();`,
      succeedsIn: process.getuid?.() === 0 ? ['none'] : [],
    },
  ],
};
