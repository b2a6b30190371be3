import { existsSync, readFileSync } from 'node:fs';
import { type AttackGroup, did } from './attack.ts';

/** Where Node would write it, in the folder in which plugins start. */
const trace = '/node_trace.1.log';

/** Yama, where the kernel has it, keeps processes of one user from each other, but not from root. */
const yama = '/proc/sys/kernel/yama/ptrace_scope';
const mayTraceOthers = process.getuid?.() === 0 || !existsSync(yama) || readFileSync(yama, 'utf8').trim() === '0';

/** Up to version 22 of Node, the bytes of a path went through a method that a plugin can exchange. */
const bytesOfPathsCanBeExchanged = Number.parseInt(process.versions.node, 10) < 24;

export const files: AttackGroup = {
  title: 'Files',
  attacks: [
    {
      name: 'reads the master key of its host',
      source: `return fs.readFileSync(given.masterKey, 'utf8');`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads it with promises and streams',
      source: `
        const { readFile } = require('node:fs/promises');
        return readFile(given.masterKey, 'utf8').catch(() => new Promise((resolve, reject) => {
          fs.createReadStream(given.masterKey).on('error', reject).on('data', resolve);
        }));`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads it through the root of its own process',
      source: `return fs.readFileSync('/proc/self/root' + given.masterKey, 'utf8');`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads it by a path that begins with one that it may read',
      source: `return fs.readFileSync(process.argv[1] + '/../../../../../../../..' + given.masterKey, 'utf8');`,
      succeedsIn: [],
      refusal: /ERR_ACCESS_DENIED|ENOENT|ENOTDIR/,
    },
    {
      name: 'reads it by exchanging the bytes of a path after the check',
      source: `
        const { utf8Write } = Buffer.prototype;
        Buffer.prototype.utf8Write = function (text, ...more) { return Reflect.apply(utf8Write, this, [given.masterKey, ...more]); };
        try {
          return fs.readFileSync(Buffer.from(process.argv[1]), 'utf8').match(/the master key/)[0];
        } finally {
          Buffer.prototype.utf8Write = utf8Write;
        }`,
      succeedsIn: bytesOfPathsCanBeExchanged ? ['none'] : [],
    },
    {
      name: 'reads it after telling the permission model that it may',
      source: `
        if (process.permission) process.permission.has = () => true;
        process.execArgv.push('--allow-fs-read=*');
        return fs.readFileSync(given.masterKey, 'utf8');`,
      succeedsIn: ['none'],
    },
    {
      name: 'imports the files of its host as modules',
      source: `return require(given.directory + '/master-key');`,
      succeeded: ({ answer }) => /did: |Unexpected identifier/.test(answer ?? ''),
      succeedsIn: ['none'],
    },
    {
      name: 'lists the folders of its host',
      source: `return fs.readdirSync(given.directory);`,
      succeedsIn: ['none'],
    },
    {
      name: 'finds the files and sockets of other plugins',
      source: `return fs.readdirSync(given.directory + '/private', { recursive: true });`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads the environment of its host',
      source: `return fs.readFileSync('/proc/' + given.hostPid + '/environ').length;`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads what the kernel tells of its host',
      source: `return fs.readFileSync('/proc/' + given.hostPid + '/cmdline', 'utf8');`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads what the kernel tells of itself',
      source: `return fs.readFileSync('/proc/self/status', 'utf8');`,
      succeedsIn: ['none'],
    },
    {
      name: 'reads the memory of another plugin, with its configuration',
      source: `return fs.openSync('/proc/' + given.otherPid + '/mem', 'r');`,
      succeedsIn: mayTraceOthers ? ['none'] : [],
    },
    {
      name: 'reads the command line and the environment of another plugin',
      source: `return fs.readFileSync('/proc/' + given.otherPid + '/environ', 'utf8') + fs.readFileSync('/proc/' + given.otherPid + '/cmdline', 'utf8');`,
      succeedsIn: ['none'],
    },
    {
      name: 'finds anything in its own environment',
      source: `
        const names = Object.keys(process.env);
        if (names.length === 0) throw new Error('empty');
        return names;`,
      succeedsIn: [],
      refusal: /empty/,
    },
    {
      name: 'finds a file that its host left open',
      source: `
        for (let descriptor = 0; descriptor < 256; descriptor += 1) {
          try { if (fs.fstatSync(descriptor).isFile()) return descriptor; } catch {}
        }
        throw new Error('none open');`,
      succeedsIn: [],
      refusal: /none open/,
    },
    {
      name: 'writes a file',
      source: `fs.writeFileSync(given.directory + '/' + given.mark, 'x'); return 'written';`,
      succeedsIn: ['none'],
    },
    {
      name: 'exchanges the runner for the plugins after it',
      source: `return fs.openSync(process.argv[1], 'r+');`,
      succeedsIn: ['none'],
    },
    {
      name: 'writes a diagnostic report, a heap snapshot or a trace',
      source: `
        const written = [];
        const file = given.directory + '/' + given.mark;
        try { process.report.writeReport(file); written.push('report'); } catch {}
        try { require('node:v8').writeHeapSnapshot(file); written.push('snapshot'); } catch {}
        require('node:trace_events').createTracing({ categories: ['node.perf'] }).enable();
        try { if (fs.statSync('node_trace.1.log')) written.push('trace'); } catch {}
        if (written.length === 0) throw new Error('nothing written');
        return written;`,
      succeeded: (result) => did(result) || existsSync(trace),
      succeedsIn: ['none'],
    },
    {
      name: 'fills the disk',
      source: `fs.writeFileSync(given.directory + '/large-' + given.mark, Buffer.alloc(64 * 1024 * 1024)); return 'written';`,
      succeedsIn: ['none'],
    },
  ],
};
