#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which is downloaded at first use and cannot be had everywhere: the same
 * engine, compiled to WebAssembly and shipped through npm, behind the same arguments and the same JSON-RPC.
 */
import { runDatabaseCommand } from './database-command.mjs';
import { parseEngineArguments } from './engine-arguments.mjs';
import { serveRequests } from './serve-requests.mjs';
import { newWasmEngine, wasmEngineVersion } from './wasm-engine.mjs';

const engineArguments = parseEngineArguments(process.argv.slice(2));
if (engineArguments.wantsVersion) {
  process.stdout.write(`schema-engine-wasm ${wasmEngineVersion()}\n`);
} else if (engineArguments.databaseCommand) {
  process.exitCode = await runDatabaseCommand(engineArguments.databaseCommand, engineArguments.datasource.url ?? '');
} else {
  serveRequests(() => newWasmEngine(engineArguments));
}
