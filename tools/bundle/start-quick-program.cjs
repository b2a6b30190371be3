'use strict';
// First of all: otherwise Node answers this signal by opening its inspector on a program that may hold secrets.
process.on('SIGUSR1', () => undefined);

// Runs NAME-program.js for NAME.cjs. V8 has compiled it when it was built, into NAME-program.cache; what is of another program
// than this one is not used, and V8 itself refuses what is of another Node.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');

const name = __filename.slice(0, -'.cjs'.length);
const filename = `${name}-program.js`;
const source = readFileSync(filename, 'utf8');
// the first line is a comment, and the cache begins with the same one
const lineLength = source.indexOf('\n') + 1;

const readCompiled = () => {
  try {
    const cache = readFileSync(`${name}-program.cache`);
    return cache.toString('latin1', 0, lineLength) === source.slice(0, lineLength)
      ? cache.subarray(lineLength)
      : undefined;
  } catch {
    return undefined;
  }
};

const run = new Script(source, { filename, cachedData: readCompiled() }).runInThisContext();
run(process.getBuiltinModule, __dirname);
