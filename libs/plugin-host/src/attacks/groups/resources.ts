import type { AttackGroup } from './attack.ts';

export const resources: AttackGroup = {
  title: 'Memory, CPU and descriptors',
  attacks: [
    {
      name: 'takes more heap than it is given',
      source: `
        const all = [];
        while (all.length < 50_000) all.push(new Array(1000).fill(Math.random()));
        return all.length;`,
      limits: { heapMebibytes: 64 },
      succeedsIn: ['none'],
    },
    {
      name: 'takes 2 GiB in buffers',
      source: `
        const all = [];
        while (all.length < 32) all.push(Buffer.alloc(64 * 1024 * 1024));
        return all.length;`,
      succeedsIn: ['none'],
    },
    {
      name: 'takes 4 GiB for WebAssembly',
      source: `return new WebAssembly.Memory({ initial: 65_536 }).buffer.byteLength;`,
      succeedsIn: ['none'],
    },
    {
      name: 'takes 2 GiB in an ArrayBuffer that grows, or a shared one',
      source: `
        const grown = (Buffer) => {
          const buffer = new Buffer(1, { maxByteLength: 2 ** 31 });
          (buffer.resize ?? buffer.grow).call(buffer, 2 ** 31);
          return buffer.byteLength;
        };
        try { return grown(ArrayBuffer); } catch { return grown(SharedArrayBuffer); }`,
      succeedsIn: ['none'],
    },
    {
      name: 'opens 600 descriptors',
      source: `
        const { once } = require('node:events');
        const all = Array.from({ length: 600 }, () => net.createServer().listen(0));
        await Promise.all(all.map((socket) => once(socket, 'listening')));
        return all.length;`,
      succeedsIn: ['none'],
    },
    {
      name: 'spins without end',
      source: `for (;;);`,
      limits: { deadlineMilliseconds: 3_000 },
      succeedsIn: [],
      refusal: /timed-out/,
    },
    {
      name: 'never answers',
      source: `return never;`,
      limits: { deadlineMilliseconds: 3_000 },
      succeedsIn: [],
      refusal: /timed-out/,
    },
    {
      name: 'keeps the microtasks busy without end',
      source: `for (;;) await null;`,
      limits: { deadlineMilliseconds: 3_000 },
      succeedsIn: [],
      refusal: /timed-out/,
    },
  ],
};
