import type { AttackGroup } from './attack.ts';

export const code: AttackGroup = {
  title: 'Native code and other engines',
  attacks: [
    {
      name: 'loads a native addon',
      source: `return require(given.addon);`,
      // it was loaded, and only then found not to be written for Node
      succeeded: ({ answer }) => /did: |did not self-register|ERR_DLOPEN_FAILED/.test(answer ?? ''),
      succeedsIn: ['none'],
    },
    {
      name: 'loads a library of the system by process.dlopen',
      source: `process.dlopen({ exports: {} }, given.library); return 'loaded';`,
      succeeded: ({ answer }) => /did: |did not self-register|ERR_DLOPEN_FAILED/.test(answer ?? ''),
      succeedsIn: ['none'],
    },
    {
      name: 'reaches the internals of Node by process.binding',
      source: `return Object.keys(process.binding('tcp_wrap'));`,
      succeedsIn: ['none'],
    },
    {
      name: 'starts a worker thread without the permission model',
      source: `
        const { Worker } = require('node:worker_threads');
        const worker = new Worker('', { eval: true, execArgv: [] });
        await require('node:events').once(worker, 'exit');
        return 'ran';`,
      succeedsIn: ['none'],
    },
    {
      name: 'opens the file system to WASI',
      source: `return new (require('node:wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } });`,
      succeedsIn: ['none'],
    },
  ],
};
