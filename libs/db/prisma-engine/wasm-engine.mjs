import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const packageDirectory = path.dirname(fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm')));

/** An engine over the given datamodels and datasource. */
export const newWasmEngine = async ({ datamodels, datasource }) => {
  const { migrationAdapterFactory } = await import('./migration-adapter.mjs');
  instantiated ??= instantiate();
  const bindings = await instantiated;
  const files = datamodels.map((file) => [file, readFileSync(file, 'utf8')]);
  return bindings.SchemaEngine.new(
    { datamodels: files.length > 0 ? files : undefined },
    () => {},
    migrationAdapterFactory({ url: datasource.url, shadowDatabaseUrl: datasource.shadowDatabaseUrl }),
  );
};

let instantiated;

const instantiate = async () => {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = readFileSync(path.join(packageDirectory, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
};

export const wasmEngineVersion = () => {
  return JSON.parse(readFileSync(path.join(packageDirectory, 'package.json'), 'utf8')).version;
};
