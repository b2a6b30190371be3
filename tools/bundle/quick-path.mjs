/** In place of `node:path` in a quick program: esbuild copies a module of Node for each file that has its default. */
export default process.getBuiltinModule('node:path');
