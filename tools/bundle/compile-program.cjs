'use strict';
// compile-program.cjs FILE: prints what V8 makes of a program, with every function in it compiled. It is of use only to a Node
// with the same options, so this runs as a process of its own.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { setFlagsFromString } = process.getBuiltinModule('node:v8');
const { Script } = process.getBuiltinModule('node:vm');

const [, , filename] = process.argv;
setFlagsFromString('--no-lazy');
const script = new Script(readFileSync(filename, 'utf8'), { filename });
setFlagsFromString('--lazy');
process.stdout.write(script.createCachedData());
