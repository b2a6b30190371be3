'use strict';
// First of all: otherwise Node answers this signal by opening its inspector on a program that may hold secrets.
process.on('SIGUSR1', () => undefined);

// Runs NAME.program for NAME.cjs. Its first line tells the length of the source, which is ASCII, and the rest is what V8 compiled of
// it. The two are one file, since V8 does not see whether they belong together; it does see whether they are of another Node.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');

const filename = __filename.replace(/\.cjs$/, '.program');
const content = readFileSync(filename);
const begin = content.indexOf('\n') + 1;
const end = begin + Number(content.latin1Slice(0, begin));

const script = new Script(content.latin1Slice(begin, end), { filename, cachedData: content.subarray(end) });
script.runInThisContext()(process.getBuiltinModule, __dirname);
